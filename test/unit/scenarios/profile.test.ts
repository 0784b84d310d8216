import fc from 'fast-check';
import { expect, it } from 'vitest';
import { k6Profile, type Stage } from '../../../scenarios/lib/profile.ts';

/** Arrivals due from the start to `atMs`: the area under the profile. */
function arrivalsUntil(startPerSecond: number, stages: readonly Stage[], atMs: number): number {
  let area = 0;
  let from = startPerSecond;
  let leftMs = atMs;
  for (const { durationMs, targetPerSecond } of stages) {
    const ms = Math.min(leftMs, durationMs);
    const rateThen = from + ((targetPerSecond - from) * ms) / durationMs;
    area += (((from + rateThen) / 2) * ms) / 1000;
    from = targetPerSecond;
    leftMs -= ms;
  }
  return area;
}

it("has in any second the arrivals of the plan, in whole numbers as k6 wants them", () => {
  const rate = fc.integer({ min: 0, max: 50_000 }).map((thousandths) => thousandths / 1000);
  const stage = fc.record({ durationMs: fc.integer({ min: 1, max: 30_000 }), targetPerSecond: rate });
  fc.assert(
    fc.property(rate, fc.array(stage, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 150 }), (start, stages, second) => {
      const profile = k6Profile(start, stages);
      const unitSeconds = Number.parseInt(profile.timeUnit, 10);
      const inK6 = profile.stages.map(({ duration, target }) => ({ durationMs: Number.parseInt(duration, 10), targetPerSecond: target / unitSeconds }));
      expect([profile.startRate, ...profile.stages.map(({ target }) => target)].every(Number.isInteger)).toBe(true);
      const inSecond = (from: number, of: readonly Stage[]): number => arrivalsUntil(from, of, (second + 1) * 1000) - arrivalsUntil(from, of, second * 1000);
      expect(inSecond(profile.startRate / unitSeconds, inK6)).toBeCloseTo(inSecond(start, stages), 6);
    }),
  );
});
