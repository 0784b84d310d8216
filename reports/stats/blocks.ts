import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import { ERROR } from './bounds.ts';
import type { LatencyCounts } from './histogram.ts';

/** From this length on a phase has seconds enough to be cut in blocks. */
export const BLOCKS_FROM_SECONDS = 60;

/** How far the share of latencies at or below the q-quantile may be from q by chance, when those of one moment depend on one another. */
export interface BlockError {
  readonly standardError: number;
  /** independent blocks, less one */
  readonly degreesOfFreedom: number;
}

/**
 * The error by a moving-block bootstrap over the seconds of a phase: latencies of one moment are not independent (a pause
 * hits all requests under way), and bounds that take them for independent are too narrow. Blocks have √n seconds; the
 * bootstrap's variance of a mean is known in closed form, so nothing is drawn at random. `seconds`: the latencies of each
 * second, in order; null without any.
 * Sources: H. R. Künsch, "The jackknife and the bootstrap for general stationary observations", Ann. Statist. 17 (1989);
 * R. S. Woodruff, "Confidence intervals for medians and other position measures", J. Amer. Statist. Assoc. 47 (1952).
 */
export function blockError(seconds: readonly LatencyCounts[], quantileUs: number, q: number): BlockError | null {
  const count = seconds.length;
  const samples = seconds.reduce((sum, { total }) => sum + total, 0);
  if (samples === 0) return null;
  const length = Math.ceil(Math.sqrt(count));
  const residuals = seconds.map((second) => second.countWhere((latencyUs) => latencyUs > quantileUs) - (1 - q) * second.total);
  const mean = residuals.reduce((sum, residual) => sum + residual, 0) / count;
  let squares = 0;
  for (let start = 0; start + length <= count; start++) {
    const block = residuals.slice(start, start + length).reduce((sum, residual) => sum + residual - mean, 0);
    squares += block ** 2;
  }
  const variance = ((squares / (count - length + 1)) * (count / length)) / samples ** 2;
  return { standardError: Math.sqrt(variance), degreesOfFreedom: Math.max(1, count / length - 1) };
}

/**
 * Ranks (1-based) of the order statistics that bound the q-quantile from below and above with 95 % confidence each, by
 * Student's t; null: no such rank exists.
 */
export function blockRanks(q: number, samples: number, { standardError, degreesOfFreedom }: BlockError): { lower: number | null; upper: number | null } {
  const reach = studentT(degreesOfFreedom) * standardError;
  const lower = Math.floor(samples * (q - reach));
  const upper = Math.ceil(samples * (q + reach));
  return { lower: lower >= 1 ? lower : null, upper: upper <= samples ? upper : null };
}

/** Student's t with a tail of 5 %, from the beta distribution: t² = ν (1 − x) / x, x the 10 % quantile of Beta(ν/2, 1/2). */
export function studentT(degreesOfFreedom: number): number {
  const x = betaQuantile(2 * ERROR, degreesOfFreedom / 2, 0.5);
  return Math.sqrt((degreesOfFreedom * (1 - x)) / x);
}
