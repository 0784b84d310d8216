import type { StatusClass } from '../contracts/endpoint.ts';

/** Statuses each endpoint documents; an endpoint not named may answer anything below 500 (plan.documentedStatuses). */
export type DocumentedStatuses = Readonly<Record<string, readonly number[]>>;

/** k6's codes for "the client gave up waiting": 1050 request timeout, 1211 dial timeout, 1101/1110 are DNS and stay network. */
const timeoutCodes: ReadonlySet<number> = new Set([1050, 1211]);

/**
 * What one request came to. k6's error codes: 1000–1399 no usable answer (general, DNS, TCP, TLS), 1400–1599 repeat a
 * 4xx/5xx status, from 1600 on HTTP/2 and decompression errors. An error code counts before the status, because a body
 * that breaks off has both.
 */
export function statusClass(endpoint: string, status: number, errorCode: number, documented: DocumentedStatuses): StatusClass {
  if (timeoutCodes.has(errorCode)) return 'timeout';
  if (status === 0 || (errorCode !== 0 && (errorCode < 1400 || errorCode >= 1600))) return 'network';
  if (status === 429) return '429';
  if (status >= 500) return '5xx';
  const known = documented[endpoint];
  if (known && !known.includes(status)) return 'undocumented';
  if (status >= 400) return '4xx';
  if (status >= 300) return '3xx';
  return status >= 200 ? '2xx' : 'undocumented';
}
