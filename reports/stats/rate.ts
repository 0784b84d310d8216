import gammaQuantile from '@stdlib/stats-base-dists-gamma-quantile';

/**
 * Exact one-sided 95 % bounds of a rate per second, from `count` events in `seconds` (> 0), for Poisson counts:
 * lower = Gamma(5 %; k) / t, upper = Gamma(95 %; k + 1) / t.
 * Source: F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936).
 * Arrivals are paced evenly, which varies less than Poisson; that a user makes several requests adds some of it back.
 */
export function rateBounds(count: number, seconds: number, alpha: number): { lower: number; upper: number } {
  if (!(seconds > 0 && count >= 0)) throw new RangeError(`${count} in ${seconds} s is not a rate`);
  const lower = count === 0 ? 0 : gammaQuantile(alpha, count, 1);
  return { lower: lower / seconds, upper: gammaQuantile(1 - alpha, count + 1, 1) / seconds };
}
