import Type, { type Static } from 'typebox';

const strict = { additionalProperties: false };

/**
 * What an objective is about.
 * Sampled (interval against limit): availability, errorRate, tooManyRequests, latencyMs (needs quantile),
 *   throughput (2xx other than polling, per second), throughputAll (all requests per second), lockSuccess,
 *   admissions (places in the queue admitted, per second), probeAvailability (looks at /health answered 200), redisAvailability (PINGs answered on the service's path),
 *   memoryGrowth (MiB per minute) and descriptorGrowth (per minute) of the process of the service that grows fastest; phases
 *   steady and whole.
 * Census (exact count): delivery (share of committed payments at the data platform), doubleSales (count), wrongBodies (2xx
 *   answers whose body is not what the endpoint documents).
 * Event (measured or censored): detectionSeconds (phase "fault"), recoverySeconds (phase "recovery"); one value a fault.
 */
const metricNames = [
  'availability',
  'errorRate',
  'tooManyRequests',
  'latencyMs',
  'throughput',
  'throughputAll',
  'lockSuccess',
  'admissions',
  'probeAvailability',
  'redisAvailability',
  'memoryGrowth',
  'descriptorGrowth',
  'delivery',
  'doubleSales',
  'wrongBodies',
  'detectionSeconds',
  'recoverySeconds',
] as const;
export type MetricName = (typeof metricNames)[number];
export const MetricName = Type.Unsafe<MetricName>(Type.Union(metricNames.map((name) => Type.Literal(name))));

/** Which phases an objective is judged in; "fault" stands for every fault:<id>. Census metrics are judged in "whole" only. */
export const PhaseKind = Type.Union([Type.Literal('steady'), Type.Literal('fault'), Type.Literal('recovery'), Type.Literal('whole')]);
export type PhaseKind = Static<typeof PhaseKind>;

export const Objective = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' }),
    title: Type.String(),
    metric: MetricName,
    quantile: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'For latencyMs: 0.95, 0.99 …' })),
    endpoint: Type.Optional(Type.String({ description: '"METHOD /route"; all endpoints when left out.' })),
    phases: Type.Array(PhaseKind, { minItems: 1 }),
    /** Exactly one of the four bounds. */
    below: Type.Optional(Type.Number()),
    atMost: Type.Optional(Type.Number()),
    above: Type.Optional(Type.Number()),
    atLeast: Type.Optional(Type.Number()),
    samplesMin: Type.Optional(Type.Integer({ minimum: 1, description: 'Fewer samples: INCONCLUSIVE, whatever the interval.' })),
    gate: Type.Boolean({ description: 'true: decides the verdict; false: shown only.' }),
    source: Type.String({ description: 'Where the number comes from.' }),
  },
  strict,
);
export type Objective = Static<typeof Objective>;

/** reports/sla.yaml; with `extends`, objectives replace those of the base with the same id, and the base's others stay. */
export const SlaFile = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    name: Type.String(),
    extends: Type.Optional(Type.String({ description: 'Another objectives file, relative to this one.' })),
    objectives: Type.Array(Objective),
  },
  { ...strict, title: 'Gatecrash objectives' },
);
export type SlaFile = Static<typeof SlaFile>;

/** A resolved objectives file: nothing to look up any more. */
export interface Sla {
  readonly name: string;
  readonly objectives: readonly Objective[];
}
