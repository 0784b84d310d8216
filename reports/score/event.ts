import type { FaultMeasurement, Measurements } from '../../harness/contracts/measurements.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import type { Expanded } from './expand.ts';
import { type Limit, limitOf, meets, wantsLow } from './limit.ts';
import { head, type JudgedRow, missing } from './row.ts';
import { limitText, valueText } from './units.ts';

/**
 * Judges the time to detect or to recover of one fault. A time that was not seen is known only as "greater than x"
 * (censored): it never meets an upper bound, and breaks it when x already does.
 */
export function judgeEvent(expanded: Expanded, measurements: Measurements, plan: Plan): JudgedRow {
  const limit = tighter(expanded, plan);
  const row = head(expanded, limit);
  const fault = measurements.faults.find(({ id }) => `fault:${id}` === expanded.phase);
  const time = fault && timeOf(fault, expanded);
  if (!time) return missing(row, `the fault's edges were not seen`);
  const { seconds, censored } = time;
  return {
    ...row,
    result: censored ? censoredResult(seconds, limit) : meets(seconds, limit) ? 'PASS' : 'FAIL',
    estimate: seconds,
    lower: seconds,
    upper: censored ? null : seconds,
    censored,
    samples: 1,
    samplesMin: 1,
    worstSecond: null,
    worstEndpoint: null,
    needsSecondsMore: null,
    why: `${censored ? `Not seen within ${valueText(seconds, 's')}` : `After ${valueText(seconds, 's')}`}; it must be ${limitText(limit.op, limit.value, 's')}.`,
  };
}

const timeOf = (fault: FaultMeasurement, { objective }: Expanded): FaultMeasurement['detection'] => (objective.metric === 'detectionSeconds' ? fault.detection : fault.recovery);

/** The experiment may ask for less time than the objective allows, never for more. */
function tighter({ objective, phase }: Expanded, plan: Plan): Limit {
  const limit = limitOf(objective);
  if (!wantsLow(limit)) return limit;
  const recoverWithinMs = plan.faults.find(({ id }) => `fault:${id}` === phase)?.recoverWithinMs ?? plan.recoverWithinMs;
  const seconds = (objective.metric === 'detectionSeconds' ? plan.detectWithinMs : recoverWithinMs) / 1000;
  return seconds < limit.value ? { op: '<=', value: seconds } : limit;
}

/** The truth is greater than `seconds`. */
function censoredResult(seconds: number, limit: Limit): 'PASS' | 'FAIL' | 'INCONCLUSIVE' {
  if (wantsLow(limit)) return seconds >= limit.value ? 'FAIL' : 'INCONCLUSIVE';
  return seconds >= limit.value ? 'PASS' : 'INCONCLUSIVE';
}
