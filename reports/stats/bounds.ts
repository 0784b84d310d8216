/** How often a bound may be wrong: one-sided 95 % confidence. */
export const ALPHA = 0.05;

/**
 * The same, when up to so many runs are looked at until one decides: they share it (Bonferroni), so that looking again
 * until the verdict pleases is no way to get one.
 */
export const alphaOf = (looks: number): number => ALPHA / looks;

/**
 * A one-sided bound each, by default of 95 %: the truth is above `lower` with 95 % confidence, and below `upper` with
 * 95 %. Both together are a two-sided 90 % interval. null: there are too few samples for such a bound to exist.
 */
export interface Bounds {
  readonly lower: number | null;
  readonly upper: number | null;
}
