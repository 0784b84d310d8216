import { type Limit, limitOf, meets } from '../../../reports/score/limit.ts';
import type { FaultMeasurement } from '../../contracts/measurements.ts';
import type { Objective } from '../../contracts/sla.ts';
import type { ClosedSecond } from './requests.ts';

/** Whether the objectives hold in a second; a second without a request holds nothing. */
export type Holding = (second: ClosedSecond) => boolean;

/**
 * The objectives a recovered service meets again, second by second: those of steady for all endpoints together on the
 * share of bad requests (errorRate, else availability) and on P95. null when the file has neither.
 */
export function holdingOf(objectives: readonly Objective[]): Holding | null {
  const steady = objectives.filter(({ gate, endpoint, phases }) => gate && endpoint === undefined && phases.includes('steady'));
  const limit = (test: (objective: Objective) => boolean): Limit | undefined => {
    const found = steady.find(test);
    return found && limitOf(found);
  };
  const errorRate = limit(({ metric }) => metric === 'errorRate');
  const availability = limit(({ metric }) => metric === 'availability');
  const p95Ms = limit(({ metric, quantile }) => metric === 'latencyMs' && quantile === 0.95);
  if (!errorRate && !availability && !p95Ms) return null;
  return (second) => {
    const all = second.requests + second.dropped;
    if (all === 0) return false;
    if (errorRate && !meets(second.bad / all, errorRate)) return false;
    if (!errorRate && availability && !meets(1 - second.bad / all, availability)) return false;
    return !p95Ms || (second.p95Ms !== null && meets(second.p95Ms, p95Ms));
  };
}

/**
 * Time from undo to the start of the first second from which the objectives hold for the whole stability window, before
 * `untilMs`. Not seen: greater than the time to the end of the last second in which they did not hold (censored).
 */
export function recoveryOf(undoMs: number, untilMs: number, windowMs: number, seconds: readonly ClosedSecond[], holds: Holding): FaultMeasurement['recovery'] {
  const bySecond = new Map(seconds.map((second) => [second.second, second]));
  const windowSeconds = Math.max(1, Math.ceil(windowMs / 1000));
  let from = Math.floor(undoMs / 1000);
  for (let second = from; (second + 1) * 1000 <= untilMs; second++) {
    const seen = bySecond.get(second);
    if (!seen || !holds(seen)) from = second + 1;
    else if (second - from + 1 >= windowSeconds) return { seconds: secondsBetween(undoMs, from * 1000), censored: false };
  }
  return { seconds: secondsBetween(undoMs, from * 1000), censored: true };
}

const secondsBetween = (fromMs: number, toMs: number): number => Math.max(0, toMs - fromMs) / 1000;
