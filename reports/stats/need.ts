import type { BlockError } from './blocks.ts';
import { quantileRanks } from './quantile.ts';
import { rateBounds } from './rate.ts';
import { smallestWhere } from './search.ts';
import { shareBounds } from './share.ts';

/** Beyond this many times the samples at hand, "run longer" is no advice any more. */
const TIMES_MAX = 1000;

/**
 * How many samples in all would decide whether the share is on the one or the other side of `limit`, if it stays what
 * it is now; null when no reasonable number would.
 */
export function samplesToDecideShare(hits: number, samples: number, limit: number, alpha: number): number | null {
  const share = hits / samples;
  return smallestWhere(samples, samples * TIMES_MAX, (n) => {
    const bounds = shareBounds(share * n, n, alpha);
    return share < limit ? bounds.upper < limit : bounds.lower > limit;
  });
}

/** The same for a quantile: `within` of `samples` latencies meet the limit that the q-quantile must meet. The error by blocks shrinks with the root of the samples. */
export function samplesToDecideQuantile(within: number, samples: number, q: number, error: BlockError | null, alpha: number): number | null {
  const share = within / samples;
  return smallestWhere(samples, samples * TIMES_MAX, (n) => {
    const { lower, upper } = quantileRanks(q, n, error && { ...error, standardError: error.standardError * Math.sqrt(samples / n) }, alpha);
    return share > q ? upper !== null && share * n >= upper : lower !== null && share * n < lower;
  });
}

/** How many seconds in all would decide whether the rate is above or below `limitPerSecond`, if it stays what it is now. */
export function secondsToDecideRate(count: number, seconds: number, limitPerSecond: number, alpha: number): number | null {
  const rate = count / seconds;
  return smallestWhere(Math.floor(seconds), Math.ceil(seconds * TIMES_MAX), (t) => {
    const bounds = rateBounds(rate * t, t, alpha);
    return rate < limitPerSecond ? bounds.upper < limitPerSecond : bounds.lower > limitPerSecond;
  });
}

/** Fewest events within `seconds` that prove "more than `limitPerSecond`". */
export function countToProveRate(limitPerSecond: number, seconds: number, alpha: number): number {
  const most = Math.ceil(4 * limitPerSecond * seconds) + 10;
  return smallestWhere(0, most, (count) => rateBounds(count, seconds, alpha).lower > limitPerSecond) ?? most;
}
