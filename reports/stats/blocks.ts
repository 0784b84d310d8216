import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import type { LatencyCounts } from './histogram.ts';

/** From this length on a phase has seconds enough to be cut in blocks. */
export const BLOCKS_FROM_SECONDS = 60;

/** A second, and the part of the run whose seconds are alike. */
export interface SecondOfStratum {
  readonly stratum: string;
  readonly latencies: LatencyCounts;
}

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
 * second, in order, with the stratum it belongs to: how long a fault holds is planned and no chance, so what differs from
 * one phase of a run to another is no error of the whole. null without latencies.
 * Sources: H. R. Künsch, "The jackknife and the bootstrap for general stationary observations", Ann. Statist. 17 (1989);
 * R. S. Woodruff, "Confidence intervals for medians and other position measures", J. Amer. Statist. Assoc. 47 (1952).
 */
export function blockError(seconds: readonly SecondOfStratum[], quantileUs: number, q: number): BlockError | null {
  const count = seconds.length;
  const samples = seconds.reduce((sum, { latencies }) => sum + latencies.total, 0);
  if (samples === 0) return null;
  const length = Math.ceil(Math.sqrt(count));
  const excess = seconds.map(({ stratum, latencies }) => ({ stratum, value: latencies.countWhere((latencyUs) => latencyUs > quantileUs) - (1 - q) * latencies.total }));
  const means = new Map([...Map.groupBy(excess, ({ stratum }) => stratum)].map(([stratum, its]) => [stratum, its.reduce((sum, { value }) => sum + value, 0) / its.length]));
  const residuals = excess.map(({ stratum, value }) => value - (means.get(stratum) ?? 0));
  let squares = 0;
  for (let start = 0; start + length <= count; start++) squares += residuals.slice(start, start + length).reduce((sum, residual) => sum + residual, 0) ** 2;
  const variance = ((squares / (count - length + 1)) * (count / length)) / samples ** 2;
  return { standardError: Math.sqrt(variance), degreesOfFreedom: Math.max(1, count / length - 1) };
}

/**
 * Ranks (1-based) of the order statistics that bound the q-quantile from below and above with 95 % confidence each, by
 * Student's t on the scale of log-odds, which never leaves the samples by the far end of a high quantile; null: no such
 * rank exists. Source: E. L. Korn, B. I. Graubard, "Confidence intervals for proportions with small expected number of
 * positive counts estimated from survey data", Survey Methodology 24 (1998).
 */
export function blockRanks(q: number, samples: number, { standardError, degreesOfFreedom }: BlockError, alpha: number): { lower: number | null; upper: number | null } {
  const reach = (studentT(degreesOfFreedom, alpha) * standardError) / (q * (1 - q));
  const shareAt = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
  const lower = Math.floor(samples * shareAt(Math.log(q / (1 - q)) - reach));
  const upper = Math.ceil(samples * shareAt(Math.log(q / (1 - q)) + reach));
  return { lower: lower >= 1 ? lower : null, upper: upper <= samples ? upper : null };
}

/** Student's t with a tail of `alpha`, from the beta distribution: t² = ν (1 − x) / x, x the 2 alpha quantile of Beta(ν/2, 1/2). */
export function studentT(degreesOfFreedom: number, alpha: number): number {
  const x = betaQuantile(2 * alpha, degreesOfFreedom / 2, 0.5);
  return Math.sqrt((degreesOfFreedom * (1 - x)) / x);
}
