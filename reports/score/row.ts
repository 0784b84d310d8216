import type { JudgedObjective } from '../../harness/contracts/verdict.ts';
import type { Expanded } from './expand.ts';
import type { Limit } from './limit.ts';
import { metricInfo } from './units.ts';

/** A judged objective before it is known how far it is from its limit. */
export type JudgedRow = Omit<JudgedObjective, 'margin'>;

/** The part of a judged objective that does not depend on what was measured. */
export type Head = Pick<JudgedObjective, 'id' | 'title' | 'metric' | 'quantile' | 'endpoint' | 'phase' | 'kind' | 'gate' | 'source' | 'op' | 'limit' | 'unit'>;

export function head({ objective, phase }: Expanded, limit: Limit): Head {
  const { unit, kind } = metricInfo(objective.metric);
  return {
    id: objective.id,
    title: objective.title,
    metric: objective.metric,
    ...(objective.quantile !== undefined && { quantile: objective.quantile }),
    ...(objective.endpoint !== undefined && { endpoint: objective.endpoint }),
    phase,
    kind,
    gate: objective.gate,
    source: objective.source,
    op: limit.op,
    limit: limit.value,
    unit,
  };
}

/** Nothing to judge by: never a PASS, and INVALID for the run when the objective is gated. */
export function missing(row: Head, why: string): JudgedRow {
  return { ...row, result: 'MISSING', estimate: null, lower: null, upper: null, samples: 0, samplesMin: 1, worstSecond: null, worstEndpoint: null, needsSecondsMore: null, why: `No data: ${why}.` };
}
