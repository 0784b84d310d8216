import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import { bodiesLookedAt, bodyCheckFailed } from './metrics.ts';

/** What came back, as far as a journey has to know. */
export interface Answer {
  /** 0: none (timeout, refused, reset …) */
  readonly status: number;
  /** the body as text, for what is cheaper to search than to parse */
  readonly text: string;
  /** the body as an object; empty when it is none */
  readonly body: Readonly<Record<string, unknown>>;
  /** 2xx, and the body is what the endpoint promises */
  readonly good: boolean;
  /** Retry-After, 0 when there was none */
  readonly retryAfterMs: number;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  /** "/route/:template": with the method it is the tag `name` */
  readonly route: string;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Is the body of a 2xx right? */
  readonly check: (body: Readonly<Record<string, unknown>>, text: string) => boolean;
  /** false: only `text` and `check` are needed, the body is too large to parse for each user */
  readonly parse?: boolean;
}

let lookedAt = 0;

/** At the end of each iteration: how many bodies its user has looked at. One row instead of one for each request. */
export function countLookedAt(): void {
  if (lookedAt > 0) bodiesLookedAt.add(lookedAt);
  lookedAt = 0;
}

/** One request, tagged with the name of its endpoint; a wrong body of a 2xx is counted. Never throws for what the service does. */
export function call(baseUrl: string, timeoutMs: number, request: Call): Answer {
  const { method, url, body, params } = requestOf(baseUrl, timeoutMs, request);
  return answerOf(request, http.request(method, url, body, params));
}

/** The same request so many times at once; all answers. */
export function callAtOnce(baseUrl: string, timeoutMs: number, request: Call, times: number): Answer[] {
  return http.batch(Array.from({ length: times }, () => requestOf(baseUrl, timeoutMs, request))).map((response) => answerOf(request, response));
}

function requestOf(baseUrl: string, timeoutMs: number, { method, route, path, body, headers }: Call) {
  return {
    method,
    url: `${baseUrl}${path}`,
    body: body ? JSON.stringify(body) : null,
    params: {
      headers: body ? { ...headers, 'Content-Type': 'application/json' } : { ...headers },
      tags: { name: `${method} ${route}` },
      timeout: `${timeoutMs}ms`,
    },
  };
}

function answerOf({ method, route, check, parse = true }: Call, response: RefinedResponse<ResponseType | undefined>): Answer {
  const text = typeof response.body === 'string' ? response.body : '';
  const parsed = parse ? objectOf(text) : {};
  // A body that breaks off has a status and an error code; it is no acknowledgement, and k6 counts it as an error already.
  const acknowledged = response.error_code === 0 && response.status >= 200 && response.status < 300;
  const good = acknowledged && parsed !== undefined && check(parsed, text);
  if (acknowledged) lookedAt++;
  if (acknowledged && !good) bodyCheckFailed.add(1, { name: `${method} ${route}` });
  return { status: response.error_code === 0 || response.error_code >= 1400 ? response.status : 0, text, body: parsed ?? {}, good, retryAfterMs: (Number(response.headers['Retry-After']) || 0) * 1000 };
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
