import { expect, test } from 'vitest';
import { trendOf } from '../../../reports/stats/trend.ts';

const line = (...values: number[]) => values.map((y, x) => ({ x, y }));

test('the slope is the median of all pairs, and one wild point does not move it', () => {
  expect(trendOf(line(0, 2, 4, 6, 8, 10, 12), 0.05)?.slope).toBe(2);
  expect(trendOf(line(0, 2, 4, 600, 8, 10, 12), 0.05)?.slope).toBe(2);
});

test('without a pair there is no slope, and below four points no bound', () => {
  expect(trendOf(line(1), 0.05)).toBeNull();
  expect(trendOf(line(1, 3, 2), 0.05)).toEqual({ slope: 0.5, lower: null, upper: null });
  expect(trendOf(line(1, 3, 2, 6), 0.05)).toMatchObject({ lower: -1, upper: 4 });
});

test('bounds are the ranks of the tables of Kendall', () => {
  // Of 10 points 45 pairs; P(S ≥ 21) = 3.6 %, P(S ≥ 19) = 5.4 %: up to 12 pairs out of order are rare enough, so the 13th slope bounds.
  const points = line(3, 1, 4, 1.5, 5, 9, 2, 6, 5.5, 3.5);
  const slopes = points.flatMap((a, i) => points.slice(i + 1).map((b) => (b.y - a.y) / (b.x - a.x))).sort((a, b) => a - b);
  expect(trendOf(points, 0.05)).toMatchObject({ lower: slopes[12], upper: slopes[32] });
  expect(trendOf(points, 0.01)?.lower).toBeLessThan(slopes[12] as number);
});
