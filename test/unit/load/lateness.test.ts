import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dueTimes } from '../../../harness/metrics/lateness.ts';
import { arrivalsDue } from '../../../reports/score/arrivals-due.ts';

test('users are due where the area under the profile reaches a whole number, up and down and on the level', () => {
  const rate = fc.integer({ min: 1, max: 60 });
  const stage = fc.record({ durationMs: fc.integer({ min: 100, max: 20_000 }), targetPerSecond: rate });
  fc.assert(
    fc.property(rate, fc.array(stage, { minLength: 1, maxLength: 4 }), (startPerSecond, stages) => {
      const profile = { startPerSecond, stages };
      const endMs = stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
      const times = [...dueTimes(profile)];
      expect(times.length).toBe(Math.floor(arrivalsDue(profile, 0, endMs) + 1e-6));
      times.forEach((atMs, index) => expect(arrivalsDue(profile, 0, atMs)).toBeCloseTo(index + 1, 4));
    }),
  );
});

test('of several generators each takes every n-th', () => {
  const profile = { startPerSecond: 6, stages: [{ durationMs: 3000, targetPerSecond: 12 }] };
  expect([...dueTimes(profile, 3)]).toEqual([...dueTimes(profile)].filter((_, index) => index % 3 === 2));
});
