import type { Measurements } from '../../harness/contracts/measurements.ts';
import { type Estimate, estimateOf } from './estimate.ts';
import type { Expanded } from './expand.ts';
import { decide, type Limit, limitOf, wantsLow } from './limit.ts';
import { head, type JudgedRow, missing } from './row.ts';
import { phaseSeconds, sampleOf } from './sample.ts';
import { confidenceText, countText, limitText, metricInfo, type Unit, valueText } from './units.ts';
import { worstEndpoint } from './worst-endpoint.ts';

/** Judges a rate or quantile by its one-sided bounds. `alpha`: how often one may be wrong. */
export function judgeSampled(expanded: Expanded, measurements: Measurements, alpha: number): JudgedRow {
  const { objective, phase } = expanded;
  const limit = limitOf(objective);
  const { unit, of } = metricInfo(objective.metric);
  const row = head(expanded, limit);
  const sample = sampleOf(objective, phase, measurements);
  if (sample === null) return missing(row, `there are no ${of} in ${phase} to go by`);
  const estimate = estimateOf(sample, limit, alpha);
  const tooFew = estimate.samples < (objective.samplesMin ?? 0);
  const result = tooFew ? 'INCONCLUSIVE' : decide(estimate, limit);
  const needsSecondsMore = result === 'INCONCLUSIVE' ? secondsMore(estimate, phaseSeconds(measurements, phase), objective.samplesMin ?? 0) : null;
  return {
    ...row,
    result,
    estimate: estimate.estimate,
    lower: estimate.lower,
    upper: estimate.upper,
    samples: estimate.samples,
    samplesMin: Math.max(estimate.samplesMin, objective.samplesMin ?? 0),
    worstSecond: sample.type === 'trend' ? null : worstSecondOf(measurements, phase, objective.endpoint ?? '*'),
    worstEndpoint: worstEndpoint(objective, phase, measurements),
    needsSecondsMore,
    why: why(estimate, limit, unit, of, confidenceText(alpha), tooFew ? objective.samplesMin : undefined),
  };
}

function worstSecondOf(measurements: Measurements, phase: string, endpoint: string): number | null {
  return measurements.endpoints.find((row) => row.phase === phase && row.endpoint === endpoint)?.worstSecond?.second ?? null;
}

/** Seconds the phase would have to be longer, at the present rate of samples. */
function secondsMore({ toDecide, samples }: Estimate, seconds: number, samplesMin: number): number | null {
  const needed = seconds > 0 ? toDecide() : null;
  if (needed === null) return null;
  if ('seconds' in needed) return Math.max(1, Math.ceil(needed.seconds - seconds));
  return Math.max(1, Math.ceil((Math.max(needed.samples, samplesMin) - samples) / (samples / seconds)));
}

function why(estimate: Estimate, limit: Limit, unit: Unit, of: string, confidence: string, samplesWanted: number | undefined): string {
  const bound = wantsLow(limit) ? estimate.upper : estimate.lower;
  const side = wantsLow(limit) ? 'at most' : 'at least';
  const proven = bound === null ? `too few for a bound with ${confidence} confidence` : `${side} ${valueText(bound, unit)} with ${confidence} confidence`;
  const wanted = samplesWanted === undefined ? '' : `, and ${countText(samplesWanted)} ${of} are wanted`;
  return `${estimate.whose === undefined ? '' : `${estimate.whose}: `}${valueText(estimate.estimate, unit)} from ${countText(estimate.samples)} ${of}, ${proven}; it must be ${limitText(limit.op, limit.value, unit)}${wanted}.`;
}
