import Type, { type Static } from 'typebox';
import { stamp } from './run-header.ts';
import { MetricName } from './sla.ts';

const strict = { additionalProperties: false };
const object = <P extends Record<string, Type.TSchema>>(props: P) => Type.Object(props, strict);
const n = Type.Number();
const nullable = Type.Union([Type.Number(), Type.Null()]);
const text = Type.String();

/** One objective in one phase (or for one fault). */
export const JudgedObjective = object({
  id: text,
  title: text,
  metric: MetricName,
  quantile: Type.Optional(n),
  endpoint: Type.Optional(text),
  phase: Type.String({ description: 'steady | fault:<id> | recovery | whole' }),
  kind: Type.Union([Type.Literal('sampled'), Type.Literal('census'), Type.Literal('event')]),
  gate: Type.Boolean(),
  source: text,
  op: Type.Union([Type.Literal('<'), Type.Literal('<='), Type.Literal('>'), Type.Literal('>=')]),
  limit: n,
  unit: Type.Union([Type.Literal('ratio'), Type.Literal('ms'), Type.Literal('s'), Type.Literal('/s'), Type.Literal('MiB/min'), Type.Literal('/min'), Type.Literal('count')]),
  result: Type.Union([Type.Literal('PASS'), Type.Literal('FAIL'), Type.Literal('INCONCLUSIVE'), Type.Literal('MISSING')]),
  estimate: nullable,
  /** One-sided 95 % bounds each; null where there are too few samples for one to exist. */
  lower: nullable,
  upper: nullable,
  censored: Type.Optional(Type.Boolean({ description: 'event: not seen, the value is greater than `estimate`' })),
  samples: n,
  samplesMin: Type.Number({ description: 'samples that make the claim possible at all' }),
  worstSecond: nullable,
  /** Of an objective for all endpoints: the one that does worst in it, when one does. */
  worstEndpoint: Type.Union([text, Type.Null()]),
  /** How far the bound that decides is on the good side of the limit, relative to it (of shares: to what may go wrong); null without a bound. */
  margin: nullable,
  /** INCONCLUSIVE: about how much longer the phase would have to be; null when no length would decide. */
  needsSecondsMore: nullable,
  why: Type.String({ description: 'one sentence with the numbers' }),
});
export type JudgedObjective = Static<typeof JudgedObjective>;

export const ValidityCheck = object({
  id: text,
  name: text,
  ok: Type.Boolean(),
  value: Type.Union([n, text, Type.Null()]),
  bound: text,
  sentence: text,
});
export type ValidityCheck = Static<typeof ValidityCheck>;

/** verdict.json: the one object that JSON, JUnit, Markdown, the report and the exit code are made from. */
export const Verdict = object({
  ...stamp,
  verdict: Type.Union([Type.Literal('PASS'), Type.Literal('FAIL'), Type.Literal('INCONCLUSIVE'), Type.Literal('INVALID')]),
  exitCode: n,
  /** "Yes, you can open: …" in one sentence, and what to do next in another. */
  sentence: text,
  nextAction: text,
  /** Why it is not PASS, worst first; empty for PASS. */
  reasons: Type.Array(text),
  audited: Type.Boolean(),
  sla: Type.String({ description: 'name of the objectives file it was judged by' }),
  objectives: Type.Array(JudgedObjective, { description: 'worst first' }),
  /** What each fault cost of the month's error budget (99.9 % over 30 days); burnt: the share of all of it. */
  errorBudget: Type.Array(object({ fault: text, burnRate: n, burnt: n, alert: Type.Union([Type.Literal('page'), Type.Literal('ticket'), Type.Literal('none')]) })),
  validity: Type.Array(ValidityCheck),
});
export type Verdict = Static<typeof Verdict>;
