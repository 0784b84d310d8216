import type { MetricName } from '../../../harness/contracts/sla.ts';
import type { JudgedObjective } from '../../../harness/contracts/verdict.ts';

type Shape = Omit<Partial<JudgedObjective>, 'metric'> & Pick<JudgedObjective, 'id' | 'title' | 'limit'> & { readonly metric: MetricName };

/** A judged objective with everything a test does not care about filled in. Written out, so that the golden files depend on no judge. */
export function judged({ metric, ...shape }: Shape): JudgedObjective {
  const base: Omit<JudgedObjective, 'metric'> = {
    phase: 'steady',
    kind: 'sampled',
    gate: true,
    source: 'S2',
    op: '<',
    unit: 'ms',
    result: 'PASS',
    estimate: null,
    lower: null,
    upper: null,
    samples: 7530,
    samplesMin: 59,
    worstSecond: null,
    worstEndpoint: null,
    margin: null,
    needsSecondsMore: null,
    why: 'The whole interval keeps the limit.',
    ...shape,
  };
  return { ...base, metric } as JudgedObjective;
}

const availability = { metric: 'availability', unit: 'ratio', op: '>=', source: 'S2: availability 99.9 %' } as const;
const latency = { metric: 'latencyMs', unit: 'ms', op: '<' } as const;

/** The objectives of a run in which all is well. */
export const provenObjectives: readonly JudgedObjective[] = [
  judged({ ...availability, id: 'availability', title: 'Requests answered well', limit: 0.999, estimate: 1, lower: 0.999602, upper: 1, samplesMin: 2995, why: '0 of 7530 requests were bad; at least 99.96 % are answered well with 95 % confidence.' }),
  judged({ ...availability, id: 'availability', title: 'Requests answered well', phase: 'recovery', limit: 0.999, estimate: 1, lower: 0.999491, upper: 1, samples: 5890, samplesMin: 2995, why: '0 of 5890 requests were bad; at least 99.95 % are answered well with 95 % confidence.' }),
  judged({ ...availability, id: 'availability-fault', title: 'Requests answered well while degraded', phase: 'fault:redis-down', limit: 0.99, estimate: 1, lower: 0.99927, upper: 1, samples: 4110, samplesMin: 299, why: '0 of 4110 requests were bad.' }),
  judged({ ...availability, id: 'availability-whole', title: 'Requests answered well, fault included', phase: 'whole', limit: 0.995, estimate: 1, lower: 0.999829, upper: 1, samples: 17_530, samplesMin: 598, why: '0 of 17530 requests were bad.' }),
  judged({ ...latency, id: 'latency-p95', title: 'P95 latency', quantile: 0.95, limit: 500, estimate: 16, lower: 15.8, upper: 16.3, worstSecond: 1_795_255_221, why: 'p95 is at most 16.3 ms with 95 % confidence.' }),
  judged({ ...latency, id: 'latency-p99', title: 'P99 latency', quantile: 0.99, limit: 1000, estimate: 64, lower: 61, upper: 69, samplesMin: 299, why: 'p99 is at most 69 ms with 95 % confidence.' }),
  judged({ ...latency, id: 'latency-fault', title: 'P95 latency while degraded', quantile: 0.95, phase: 'fault:redis-down', limit: 1000, estimate: 49, lower: 48, upper: 51, samples: 4110, why: 'p95 is at most 51 ms with 95 % confidence.' }),
  judged({ ...latency, id: 'latency-queue-p95', title: 'P95 latency of queue entry', quantile: 0.95, endpoint: 'POST /queue/token', limit: 100, estimate: 22, lower: 21, upper: 24, samples: 1054, gate: false, source: 'S0', why: 'p95 is at most 24 ms with 95 % confidence.' }),
  judged({ metric: 'throughput', unit: '/s', op: '>', id: 'throughput', title: 'Successful requests other than polling', limit: 100, estimate: 195.8, lower: 191.6, upper: 200.1, source: 'S2: > 100 TPS', why: 'At least 191.6 a second with 95 % confidence.' }),
  judged({ metric: 'detectionSeconds', unit: 's', op: '<=', kind: 'event', id: 'detection', title: 'Detected by health', phase: 'fault:redis-down', limit: 15, estimate: 0.42, samples: 1, samplesMin: 1, source: 'Ours', why: 'Health changed 0.4 s after the fault was applied.' }),
  judged({ metric: 'recoverySeconds', unit: 's', op: '<=', kind: 'event', id: 'recovery', title: 'Recovered', phase: 'fault:redis-down', limit: 15, estimate: 1, samples: 1, samplesMin: 1, source: 'Ours', why: 'The objectives held again 1.0 s after the undo.' }),
  judged({ metric: 'delivery', unit: 'ratio', op: '>=', kind: 'census', id: 'delivery', title: 'Committed payments delivered', phase: 'whole', limit: 1, estimate: 1, samples: 2214, samplesMin: 1, source: 'S2: 100 %', why: '2214 of 2214 committed payments are at the data platform.' }),
  judged({ metric: 'doubleSales', unit: 'count', op: '<=', kind: 'census', id: 'double-sales', title: 'Seats sold twice', phase: 'whole', limit: 0, estimate: 0, samples: 2214, samplesMin: 1, source: 'Ours', why: '0 of 2214 seats sold have two owners.' }),
];

/** The proven objectives with some replaced, by id and phase, and those first. */
export function objectivesWith(...changes: readonly JudgedObjective[]): JudgedObjective[] {
  const changed = new Set(changes.map(({ id, phase }) => `${id} ${phase}`));
  return [...changes, ...provenObjectives.filter(({ id, phase }) => !changed.has(`${id} ${phase}`))];
}
