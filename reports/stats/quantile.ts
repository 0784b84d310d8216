import binomialQuantile from '@stdlib/stats-base-dists-binomial-quantile';
import { type BlockError, blockRanks } from './blocks.ts';
import type { Bounds } from './bounds.ts';
import type { LatencyCounts } from './histogram.ts';

/**
 * Ranks (1-based) of the order statistics that bound the q-quantile from below and above with 95 % confidence each,
 * whatever the distribution. The number of samples below the true quantile is Binomial(n, q):
 * upper = smallest r with P(B ≤ r − 1) ≥ 95 %, lower = largest r with P(B ≤ r − 1) ≤ 5 %.
 * null: no such rank exists, n is too small. Source: H. A. David, H. N. Nagaraja, "Order Statistics", 3rd ed., 7.1.
 * That is for samples that do not depend on one another; with the error by blocks of seconds, the wider interval counts.
 */
export function quantileRanks(q: number, samples: number, error: BlockError | null, alpha: number): { lower: number | null; upper: number | null } {
  if (samples === 0) return { lower: null, upper: null };
  const exact = orderRanks(q, samples, alpha);
  if (error === null) return exact;
  const blocks = blockRanks(q, samples, error, alpha);
  return {
    lower: exact.lower === null || blocks.lower === null ? null : Math.min(exact.lower, blocks.lower),
    upper: exact.upper === null || blocks.upper === null ? null : Math.max(exact.upper, blocks.upper),
  };
}

function orderRanks(q: number, samples: number, alpha: number): { lower: number | null; upper: number | null } {
  const upper = binomialQuantile(1 - alpha, samples, q) + 1;
  // The quantile is the smallest j with P(B ≤ j) ≥ 5 %, so P(B ≤ j − 1) < 5 %: rank j.
  const lower = binomialQuantile(alpha, samples, q);
  return { lower: lower >= 1 ? lower : null, upper: upper <= samples ? upper : null };
}

/** One-sided 95 % bounds of the q-quantile of latencies, in µs. `error`: that of a phase which was long enough for blocks. */
export function quantileBoundsUs(latencies: LatencyCounts, q: number, error: BlockError | null, alpha: number): Bounds {
  const { lower, upper } = quantileRanks(q, latencies.total, error, alpha);
  return {
    lower: lower === null ? null : latencies.atRank(lower),
    upper: upper === null ? null : latencies.atRank(upper),
  };
}

/**
 * Fewest samples for which an upper bound of the q-quantile exists: smallest n with q^n ≤ 5 %.
 * P95 takes 59, P99 299, P99.9 2,995.
 */
export function samplesForUpperBound(q: number, alpha: number): number {
  return Math.ceil(Math.log(alpha) / Math.log(q));
}

/** Fewest samples for which a lower bound of the q-quantile exists. */
export function samplesForLowerBound(q: number, alpha: number): number {
  return samplesForUpperBound(1 - q, alpha);
}
