import type { Measurements } from '../../harness/contracts/measurements.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import { thresholds } from './thresholds.ts';

type Profile = Pick<Plan['load'], 'startPerSecond' | 'stages'>;

/** Arrivals due between two times of the load (ms from its start): the area under the profile. */
export function arrivalsDue({ startPerSecond, stages }: Profile, fromMs: number, toMs: number): number {
  let area = 0;
  let stageStartMs = 0;
  let rate = startPerSecond;
  for (const { durationMs, targetPerSecond } of stages) {
    const start = Math.max(fromMs, stageStartMs);
    const end = Math.min(toMs, stageStartMs + durationMs);
    if (end > start) {
      const middle = (start + end) / 2;
      area += ((rate + ((targetPerSecond - rate) * (middle - stageStartMs)) / durationMs) * (end - start)) / 1000;
    }
    stageStartMs += durationMs;
    rate = targetPerSecond;
  }
  return area;
}

/**
 * Fewest arrivals that may be due in steady: k6 takes a moment to begin, so the profile may lie up to
 * `generatorStartLagMsMax` later than load-start, and an arrival on the edge may count to either side.
 */
export function leastArrivalsDue(profile: Profile, { phases, loadStartMs }: Pick<Measurements, 'phases' | 'loadStartMs'>): number {
  if (loadStartMs === null) return 0;
  const due = (lagMs: number): number =>
    phases.filter(({ id }) => id === 'steady').reduce((sum, { startMs, endMs }) => sum + arrivalsDue(profile, startMs - loadStartMs - lagMs, endMs - loadStartMs - lagMs) - 2, 0);
  const lagsMs = Array.from({ length: 7 }, (_, i) => (i * thresholds.generatorStartLagMsMax) / 6);
  return Math.min(...lagsMs.map(due));
}
