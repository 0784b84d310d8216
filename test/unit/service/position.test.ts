import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isGivenUp, pollAfterMs, positionOf } from '../../../service/domain/position.ts';

const position = fc.integer({ min: 0, max: 10_000_000 });
const rate = fc.integer({ min: 1, max: 100_000 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a position counts the place itself, and is 0 once admission has passed it', () => {
  const progress = { watermark: 7, givenUp: [] };
  expect([8, 7, 3].map((seq) => positionOf(seq, progress))).toEqual([1, 0, 0]);
});

test('whoever gave up in front no longer counts, and is told apart', () => {
  const progress = { watermark: 7, givenUp: [9, 10, 14] };
  expect([8, 11, 15].map((seq) => positionOf(seq, progress))).toEqual([1, 2, 5]);
  expect([8, 9, 10, 11, 14, 15].filter((seq) => isGivenUp(seq, progress))).toEqual([9, 10, 14]);
});

test('nobody is told to ask before 250 ms or after 5 s', () => {
  fc.assert(
    fc.property(position, rate, random, (at, perSecond, share) => {
      const ms = pollAfterMs(at, perSecond, share);
      expect(Number.isInteger(ms)).toBe(true);
      expect(ms).toBeGreaterThanOrEqual(250);
      expect(ms).toBeLessThanOrEqual(5000);
    }),
  );
});

test('who is further behind is never told to ask sooner', () => {
  fc.assert(
    fc.property(position, position, rate, random, (a, b, perSecond, share) => {
      expect(pollAfterMs(Math.max(a, b), perSecond, share)).toBeGreaterThanOrEqual(pollAfterMs(Math.min(a, b), perSecond, share));
    }),
  );
});

test('those who came together are spread by two fifths', () => {
  expect(pollAfterMs(1000, 100, 0)).toBe(800);
  expect(pollAfterMs(1000, 100, 0.999_999)).toBe(1200);
});
