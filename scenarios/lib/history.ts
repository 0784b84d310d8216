/** What a state-changing operation is about; the lines are those of history.ndjson. */
export interface Operation {
  readonly op: 'token' | 'charge' | 'reserve' | 'pay';
  readonly user: string;
  readonly key?: string;
  readonly schedule?: string;
  readonly seat?: number;
  readonly reservation?: string;
  readonly amount?: number;
}

interface Answered {
  readonly status: number;
  readonly good: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a look at the user's own reservation, or at a seat map, showed. */
export type Seen =
  | { readonly of: 'reservation'; readonly reservation: string; readonly saw: string }
  | { readonly of: 'seats'; readonly schedule: string; readonly first: number; readonly free: string };

export type Outcome = 'ok' | 'fail' | 'unknown';

/**
 * What the client knows after an answer: ok = acknowledged; fail = refused, nothing was done; unknown = everything
 * else. A 202 is only a promise, a 2xx with a wrong body no acknowledgement, and a 5xx may have done its work.
 */
export function outcomeOf({ status, good }: Pick<Answered, 'status' | 'good'>): Outcome {
  if (status >= 200 && status < 300) return good && status !== 202 ? 'ok' : 'unknown';
  return status >= 400 && status < 500 ? 'fail' : 'unknown';
}

/** Records each operation before it is sent and after it was answered, one JSON line each, and what was seen by looking. */
export class History {
  readonly #write: (line: string) => void;
  readonly #nowMs: () => number;
  readonly #prefix: string;
  #count = 0;

  /** `prefix` is generator and virtual user: with the counter it makes an id that is unique in the run. */
  constructor(prefix: string, write: (line: string) => void, nowMs: () => number) {
    this.#prefix = prefix;
    this.#write = write;
    this.#nowMs = nowMs;
  }

  /** One operation that is sent `times` times at once is as many operations with the same key; `send` gives all answers. */
  record<A extends Answered>(operation: Operation, send: () => readonly A[], times = 1): readonly A[] {
    const ids = Array.from({ length: times }, () => `${this.#prefix}-${++this.#count}`);
    for (const id of ids) this.#write(JSON.stringify({ e: 'invoke', id, ...operation, tMs: this.#nowMs() }));
    // Should `send` throw, there is no completion, and that is right: nobody knows what happened.
    const answers = send();
    answers.forEach((answer, index) => {
      this.#write(JSON.stringify({ e: 'complete', id: ids[index], outcome: outcomeOf(answer), status: answer.status, tMs: this.#nowMs(), ...acknowledged(answer.body) }));
    });
    return answers;
  }

  /** One line when `seenIn` makes something of the answer; a look that showed nothing leaves none, for it changed nothing either. */
  look<A extends Answered>(user: string, send: () => A, seenIn: (answer: A) => Seen | undefined): A {
    const fromMs = this.#nowMs();
    const answer = send();
    const tMs = this.#nowMs();
    const seen = seenIn(answer);
    if (seen) this.#write(JSON.stringify({ e: 'look', id: `${this.#prefix}-${++this.#count}`, user, ...seen, fromMs, tMs }));
    return answer;
  }
}

/** Ids of what was acknowledged, or the code of the problem; left out when the body has none. */
function acknowledged({ reservationId, paymentId, chargeId, seq, code }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    reservation: text(reservationId),
    payment: text(paymentId),
    charge: text(chargeId),
    seq: typeof seq === 'number' ? seq : undefined,
    code: text(code),
  };
}
