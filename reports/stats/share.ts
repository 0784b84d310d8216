import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';

/**
 * Exact one-sided bounds of a share, by default of 95 %: `hits` of `samples` (samples ≥ 1), after Clopper and Pearson:
 * lower = Beta(5 %; k, n − k + 1), upper = Beta(95 %; k + 1, n − k).
 * Source: C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the
 * binomial", Biometrika 26 (1934). At the edges in closed form: k = 0 gives upper 1 − 0.05^(1/n), k = n lower 0.05^(1/n).
 */
export function shareBounds(hits: number, samples: number, alpha: number): { lower: number; upper: number } {
  if (!(samples > 0 && hits >= 0 && hits <= samples)) throw new RangeError(`${hits} of ${samples} is not a share`);
  return { lower: lowerBound(hits, samples, alpha), upper: upperBound(hits, samples, alpha) };
}

function lowerBound(hits: number, samples: number, alpha: number): number {
  if (hits === 0) return 0;
  if (hits === samples) return alpha ** (1 / samples);
  return betaQuantile(alpha, hits, samples - hits + 1);
}

function upperBound(hits: number, samples: number, alpha: number): number {
  if (hits === samples) return 1;
  if (hits === 0) return 1 - alpha ** (1 / samples);
  return betaQuantile(1 - alpha, hits + 1, samples - hits);
}

/**
 * Samples without a single hit that prove "the share is at most `limit`": smallest n with 1 − 0.05^(1/n) ≤ limit.
 * 5 % takes 59, 1 % takes 299, 0.1 % takes 2,995; null for a limit of 0, which no number of samples proves.
 */
export function samplesToProveShare(limit: number, alpha: number): number | null {
  if (limit <= 0) return null;
  if (limit >= 1) return 1;
  return Math.ceil(Math.log(alpha) / Math.log1p(-limit));
}
