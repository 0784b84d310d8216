import Type, { type Static } from 'typebox';

/** One request route as the user sees it, "METHOD /route/:template"; the k6 scripts tag requests with it as `name`. */
export type Endpoint = string;

/** What one request came to, as the fold classifies it. */
export const StatusClass = Type.Union([
  Type.Literal('2xx'),
  Type.Literal('3xx'),
  Type.Literal('4xx'), // a documented 4xx other than 429: an answer
  Type.Literal('429'),
  Type.Literal('5xx'),
  Type.Literal('timeout'), // the client gave up waiting
  Type.Literal('network'), // refused, reset, DNS, TLS …: no status at all
  Type.Literal('undocumented'), // a status the endpoint does not publish
  Type.Literal('bad-body'), // a 2xx whose body failed its check; counted beside its 2xx row, without latency
  Type.Literal('dropped'), // an arrival that was never served; endpoint is ARRIVAL, without latency
]);
export type StatusClass = Static<typeof StatusClass>;

/** The classes that are bad in the sense of the SLA (docs/verdicts.md). */
export const badClasses: ReadonlySet<StatusClass> = new Set(['5xx', 'timeout', 'network', 'undocumented', 'bad-body', 'dropped']);

/** Pseudo endpoint of rows that count arrivals (iterations) that were dropped. */
export const ARRIVAL = '(arrival)';
