/** The confidence of every bound: one-sided 95 %. */
export const CONFIDENCE = 0.95;
/** 1 − CONFIDENCE, written out because 1 − 0.95 is 0.050000000000000044 in binary. */
export const ERROR = 0.05;

/**
 * A one-sided 95 % bound each: the truth is above `lower` with 95 % confidence, and below `upper` with 95 %.
 * Both together are a two-sided 90 % interval. null: there are too few samples for such a bound to exist.
 */
export interface Bounds {
  readonly lower: number | null;
  readonly upper: number | null;
}
