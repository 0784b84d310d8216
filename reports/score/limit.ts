import type { Objective } from '../../harness/contracts/sla.ts';
import type { Bounds } from '../stats/bounds.ts';

export interface Limit {
  readonly op: '<' | '<=' | '>' | '>=';
  readonly value: number;
}

/** The one bound an objective has; RangeError when it has none (the loader refuses such a file). */
export function limitOf(objective: Objective): Limit {
  if (objective.below !== undefined) return { op: '<', value: objective.below };
  if (objective.atMost !== undefined) return { op: '<=', value: objective.atMost };
  if (objective.above !== undefined) return { op: '>', value: objective.above };
  if (objective.atLeast !== undefined) return { op: '>=', value: objective.atLeast };
  throw new RangeError(`objective ${objective.id} has no bound`);
}

export function meets(value: number, limit: Limit): boolean {
  switch (limit.op) {
    case '<':
      return value < limit.value;
    case '<=':
      return value <= limit.value;
    case '>':
      return value > limit.value;
    case '>=':
      return value >= limit.value;
  }
}

/** Whether small values are good. */
export const wantsLow = (limit: Limit): boolean => limit.op === '<' || limit.op === '<=';

/**
 * PASS when the bound on the bad side meets the limit, FAIL when the bound on the good side breaks it, else INCONCLUSIVE.
 * A bound that does not exist proves nothing, neither way.
 */
export function decide(bounds: Bounds, limit: Limit): 'PASS' | 'FAIL' | 'INCONCLUSIVE' {
  const [badSide, goodSide] = wantsLow(limit) ? [bounds.upper, bounds.lower] : [bounds.lower, bounds.upper];
  if (badSide !== null && meets(badSide, limit)) return 'PASS';
  if (goodSide !== null && !meets(goodSide, limit)) return 'FAIL';
  return 'INCONCLUSIVE';
}
