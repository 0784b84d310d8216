/** One stage of an arrival profile: the rate goes linearly from the one before to `targetPerSecond`. */
export interface Stage {
  readonly durationMs: number;
  readonly targetPerSecond: number;
}

/** What k6's ramping-arrival-rate executor wants to know about a profile. */
export interface K6Profile {
  readonly timeUnit: string;
  readonly startRate: number;
  readonly stages: { duration: string; target: number }[];
}

/**
 * An arrival profile in k6's words. k6 takes whole numbers only, so rates such as 6.8/s are given per 10 s or more
 * (up to 1000 s, that is three decimals).
 */
export function k6Profile(startPerSecond: number, stages: readonly Stage[]): K6Profile {
  const rates = [startPerSecond, ...stages.map((stage) => stage.targetPerSecond)];
  const unitSeconds = [1, 10, 100].find((unit) => rates.every((rate) => Math.abs(rate * unit - Math.round(rate * unit)) < 1e-9)) ?? 1000;
  const perUnit = (rate: number): number => Math.round(rate * unitSeconds);
  return {
    timeUnit: `${unitSeconds}s`,
    startRate: perUnit(startPerSecond),
    stages: stages.map(({ durationMs, targetPerSecond }) => ({ duration: `${durationMs}ms`, target: perUnit(targetPerSecond) })),
  };
}

/** Length of a profile in ms. */
export function profileMs(stages: readonly Stage[]): number {
  return stages.reduce((sum, stage) => sum + stage.durationMs, 0);
}

/**
 * The opening at a rate of its own: a trickle, the doors, the rush, the end (the documents' S2-1: 10 s, 30 s, 1 min,
 * 10 s). For `k6 run` by hand; the harness brings its own stages.
 */
export function openingStages(ratePerSecond: number): Stage[] {
  return [
    { durationMs: 10_000, targetPerSecond: ratePerSecond / 10 },
    { durationMs: 30_000, targetPerSecond: ratePerSecond },
    { durationMs: 60_000, targetPerSecond: ratePerSecond },
    { durationMs: 10_000, targetPerSecond: 0 },
  ];
}
