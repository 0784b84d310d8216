/** An answer that is not a success, as RFC 9457 has it. `retryable` is the buyer's contract: the same request may succeed later. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryable: boolean;
  readonly extra: Readonly<Record<string, number | string>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.extra = options.extra ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export interface ProblemOptions {
  readonly retryable?: boolean;
  readonly extra?: Readonly<Record<string, number | string>>;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** 503 for a dependency that did not serve us: quickly, and with the time to come back. */
export function unavailable(code: string, detail: string, cause?: unknown): Problem {
  return new Problem(503, code, detail, { retryable: true, retryAfterSeconds: 1, cause });
}
