import type { Bounds } from './bounds.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Trend extends Bounds {
  /** growth of y per unit of x */
  readonly slope: number;
}

/** Points that make a bound possible with 95 % confidence: of four, all in order come by chance once in 24 times. */
export const POINTS_MIN = 4;

/**
 * The median of the slopes between all pairs of points, which a few wild points do not move, with bounds that are exact for
 * points whose errors are independent and alike, whatever their distribution. null with fewer than two points. Sources:
 * P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", J. Amer. Statist. Assoc. 63 (1968);
 * M. G. Kendall, "A new measure of rank correlation", Biometrika 30 (1938).
 */
export function trendOf(points: readonly Point[], alpha: number): Trend | null {
  const slopes = points.flatMap((a, i) => points.slice(i + 1).flatMap((b) => (b.x === a.x ? [] : [(b.y - a.y) / (b.x - a.x)]))).sort((a, b) => a - b);
  if (slopes.length === 0) return null;
  const rank = boundRank(points.length, alpha);
  const middle = (slopes.length - 1) / 2;
  const slope = ((slopes[Math.floor(middle)] ?? 0) + (slopes[Math.ceil(middle)] ?? 0)) / 2;
  return { slope, lower: rank === 0 ? null : (slopes[rank - 1] ?? null), upper: rank === 0 ? null : (slopes[slopes.length - rank] ?? null) };
}

/**
 * The largest k so that the truth is below the k-th smallest slope with probability `alpha` at most; 0: there is none. With
 * the truth at β the pairs whose slope is below β are those out of order among what is left, and every order is as likely.
 */
function boundRank(points: number, alpha: number): number {
  const orders = shareByDisorder(points);
  let below = 0;
  let rank = 0;
  while (rank < orders.length && below + (orders[rank] ?? 0) <= alpha) below += orders[rank++] ?? 0;
  return rank;
}

/** Share of the orders of n things by the number of pairs that are out of order (Mahonian numbers over n!). */
function shareByDisorder(n: number): number[] {
  let shares = [1];
  for (let size = 2; size <= n; size++) {
    const next = Array.from({ length: (size * (size - 1)) / 2 + 1 }, () => 0);
    shares.forEach((share, pairs) => {
      for (let more = 0; more < size; more++) next[pairs + more] = (next[pairs + more] ?? 0) + share / size;
    });
    shares = next;
  }
  return shares;
}
