import Type, { type Static } from 'typebox';

const strict = { additionalProperties: false };
const share = (description: string) => Type.Optional(Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Literal('none')], { description }));
const ms = (description: string) => Type.Optional(Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Literal('none')], { description }));

/** What replaces the limits of an objectives file; "none": nothing is promised, the figure is shown only. */
const Limits = Type.Object(
  {
    availability: share('At least this share of requests answered well.'),
    errorRate: share('Less than this share of bad requests.'),
    p95Ms: ms('P95 latency, ms.'),
    p99Ms: ms('P99 latency, ms.'),
  },
  strict,
);
export type Limits = Static<typeof Limits>;

export const Budget = Type.Object(
  {
    why: Type.String({ minLength: 20, description: 'Why the service cannot promise more than this, in a sentence or two.' }),
    fault: Limits,
    recovery: Type.Optional(Limits),
    whole: Limits,
  },
  strict,
);
export type Budget = Static<typeof Budget>;

/** reports/budgets.yaml: what the service promises while something is broken, by name. */
export const BudgetsFile = Type.Object({ schemaVersion: Type.Literal(1), budgets: Type.Record(Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' }), Budget, { additionalProperties: false }) }, { ...strict, title: 'Gatecrash degraded budgets' });
export type BudgetsFile = Static<typeof BudgetsFile>;
