import type { Measurements, PhaseEndpoint } from '../../harness/contracts/measurements.ts';
import type { Objective } from '../../harness/contracts/sla.ts';
import { latenciesOf } from './latencies.ts';

/** Of an endpoint with fewer requests a single one would make it the worst. */
const REQUESTS_MIN = 20;

/** The endpoint that does worst in what an objective for all of them asks; null when none stands out, or when the objective is about one. */
export function worstEndpoint(objective: Objective, phase: string, { endpoints }: Measurements): string | null {
  if (objective.endpoint !== undefined) return null;
  const others = endpoints.filter((row) => row.phase === phase && row.endpoint !== '*' && row.count >= REQUESTS_MIN);
  const [worst] = others.map((row) => ({ endpoint: row.endpoint, badness: badness(objective, row) })).toSorted((a, b) => b.badness - a.badness || (a.endpoint < b.endpoint ? -1 : 1));
  return worst !== undefined && worst.badness > 0 ? worst.endpoint : null;
}

/** The more the worse; 0 where an endpoint says nothing. */
function badness({ metric, quantile }: Objective, row: PhaseEndpoint): number {
  const { count, bad, byClass } = row;
  if (metric === 'availability' || metric === 'errorRate') return bad / count;
  if (metric === 'tooManyRequests') return (byClass['429'] ?? 0) / count;
  if (metric === 'latencyMs' && quantile !== undefined) return latenciesOf(row)?.quantile(quantile) ?? 0;
  return 0;
}
