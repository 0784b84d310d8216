import type { Bounds } from '../stats/bounds.ts';
import { countToProveRate, samplesToDecideQuantile, samplesToDecideShare, secondsToDecideRate } from '../stats/need.ts';
import { quantileBoundsUs, samplesForLowerBound, samplesForUpperBound } from '../stats/quantile.ts';
import { rateBounds } from '../stats/rate.ts';
import { samplesToProveShare, shareBounds } from '../stats/share.ts';
import { POINTS_MIN, trendOf } from '../stats/trend.ts';
import { type Limit, meets, wantsLow } from './limit.ts';
import type { Sample } from './sample.ts';

/** A sample seen as one number with its bounds, in the unit of the objective. */
export interface Estimate extends Bounds {
  readonly estimate: number;
  readonly samples: number;
  /** Whose it is, when it may be somebody else's. */
  readonly whose?: string;
  /** Samples that make the claim possible at all; 0 when no number of samples proves it. */
  readonly samplesMin: number;
  /** Samples in all, or for rates seconds in all, that would decide if everything stays as it is; null when none would. */
  toDecide(): { readonly samples: number } | { readonly seconds: number } | null;
}

/** `alpha`: how often a bound may be wrong. */
export function estimateOf(sample: Sample, limit: Limit, alpha: number): Estimate {
  switch (sample.type) {
    case 'share':
      return shareEstimate(sample, limit, alpha);
    case 'latency':
      return latencyEstimate(sample, limit, alpha);
    case 'rate':
      return rateEstimate(sample, limit, alpha);
    case 'trend':
      return trendEstimate(sample, limit, alpha);
  }
}

function shareEstimate({ hits, samples, inverted }: Extract<Sample, { type: 'share' }>, limit: Limit, alpha: number): Estimate {
  const { lower, upper } = shareBounds(hits, samples, alpha);
  const limitOnHits = inverted ? 1 - limit.value : limit.value;
  const fewHitsWanted = wantsLow(limit) !== inverted;
  return {
    estimate: inverted ? 1 - hits / samples : hits / samples,
    lower: inverted ? 1 - upper : lower,
    upper: inverted ? 1 - lower : upper,
    samples,
    samplesMin: samplesToProveShare(fewHitsWanted ? rounded(limitOnHits) : rounded(1 - limitOnHits), alpha) ?? 0,
    toDecide: () => samplesOrNull(samplesToDecideShare(hits, samples, limitOnHits, alpha)),
  };
}

const samplesOrNull = (samples: number | null): { samples: number } | null => (samples === null ? null : { samples });

/** 1 − 0.999 is 0.0010000000000000009 in binary; the number meant has few digits. */
const rounded = (share: number): number => Number(share.toPrecision(12));

function latencyEstimate({ latencies, q, error }: Extract<Sample, { type: 'latency' }>, limit: Limit, alpha: number): Estimate {
  const bounds = quantileBoundsUs(latencies, q, error, alpha);
  const within = (): number => latencies.countWhere((latencyUs) => meets(latencyUs / 1000, limit) === wantsLow(limit));
  return {
    estimate: (latencies.quantile(q) ?? Number.NaN) / 1000,
    lower: bounds.lower === null ? null : bounds.lower / 1000,
    upper: bounds.upper === null ? null : bounds.upper / 1000,
    samples: latencies.total,
    samplesMin: wantsLow(limit) ? samplesForUpperBound(q, alpha) : samplesForLowerBound(q, alpha),
    toDecide: () => samplesOrNull(samplesToDecideQuantile(within(), latencies.total, q, error, alpha)),
  };
}

function rateEstimate({ count, seconds }: Extract<Sample, { type: 'rate' }>, limit: Limit, alpha: number): Estimate {
  return {
    estimate: count / seconds,
    ...rateBounds(count, seconds, alpha),
    samples: count,
    samplesMin: wantsLow(limit) ? 0 : countToProveRate(limit.value, seconds, alpha),
    toDecide: () => {
      const decided = secondsToDecideRate(count, seconds, limit.value, alpha);
      return decided === null ? null : { seconds: decided };
    },
  };
}

/** The process that grows fastest. Each may be it, so they share the error. */
function trendEstimate({ processes, seconds }: Extract<Sample, { type: 'trend' }>, limit: Limit, alpha: number): Estimate {
  const trends = processes.map(({ process, points }) => ({ process, points: points.length, trend: trendOf(points, alpha / processes.length) }));
  const slopes = trends.map(({ trend }) => trend?.slope ?? Number.NEGATIVE_INFINITY);
  const estimate = Math.max(...slopes);
  const fastest = trends[slopes.indexOf(estimate)];
  const bounds = (which: 'lower' | 'upper'): number[] => trends.flatMap(({ trend }) => trend?.[which] ?? []);
  const [lowers, uppers] = [bounds('lower'), bounds('upper')];
  const [lower, upper] = [lowers.length === 0 ? null : Math.max(...lowers), uppers.length < trends.length ? null : Math.max(...uppers)];
  const reach = estimate < limit.value ? (upper === null ? null : upper - estimate) : lower === null ? null : estimate - lower;
  const distance = Math.abs(limit.value - estimate);
  return {
    estimate,
    lower,
    upper,
    samples: Math.min(...trends.map(({ points }) => points)),
    samplesMin: POINTS_MIN,
    // The error of a slope shrinks with the length of the run to the power of 3/2.
    toDecide: () => (reach === null || distance === 0 ? null : { seconds: Math.ceil(seconds * (reach / distance) ** (2 / 3)) }),
    ...(processes.length > 1 && fastest && { whose: fastest.process }),
  };
}
