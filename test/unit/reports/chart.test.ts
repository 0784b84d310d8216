import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bullet } from '../../../reports/html/chart/bullet.ts';
import { buckets } from '../../../reports/html/chart/buckets.ts';
import { areaPath, barsPath, linePath } from '../../../reports/html/chart/path.ts';
import { latencyScale, linearScale, logScale } from '../../../reports/html/chart/scale.ts';
import { logTicks, ticksFromZero, timeTicks, timeTickText } from '../../../reports/html/chart/ticks.ts';
import { judged } from './objectives.ts';
import { passRun } from './runs.ts';

test('ticks are round, start at 0 and reach the largest value', () => {
  expect(ticksFromZero(251, 4)).toEqual([0, 100, 200, 300]);
  expect(ticksFromZero(0, 4)).toEqual([0, 1]);
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (max) => {
      const ticks = ticksFromZero(max, 4);
      return ticks[0] === 0 && ticks.at(-1)! >= max * (1 - 1e-6) && ticks.length >= 2 && ticks.length <= 7;
    }),
  );
});

test('logarithmic ticks enclose the values and stay few', () => {
  expect(logTicks(12, 180)).toEqual([10, 20, 50, 100, 200]);
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), fc.double({ min: 1, max: 1e5, noNaN: true }), (min, factor) => {
      const ticks = logTicks(min, min * factor);
      return ticks[0]! <= min && ticks.at(-1)! >= min * factor * (1 - 1e-9) && ticks.length >= 2 && ticks.length <= 12;
    }),
  );
});

test('the time axis has at most about ten ticks, however long the run', () => {
  for (const seconds of [1, 86, 300, 3600, 86_400, 900_000]) expect(timeTicks(seconds).length).toBeLessThanOrEqual(11);
  expect([timeTickText(40, 86), timeTickText(90, 600), timeTickText(7500, 14_000)]).toEqual(['40', '1:30', '2:05']);
});

test('a value keeps its place between the ends of the axis', () => {
  expect(linearScale(100).at(50)).toBeCloseTo(0.5);
  expect(logScale(1, 100).at(10)).toBeCloseTo(0.5);
  expect(linearScale(100).at(1e9)).toBe(1);
  expect(latencyScale([10, 20, 60]).kind).toBe('linear');
  expect(latencyScale([10, 2000]).kind).toBe('log');
  expect(latencyScale([]).ticks.length).toBeGreaterThan(1);
});

test('a gap in the data is a gap in the line', () => {
  const points = [{ x: 0, y: 0 }, { x: 0.1, y: 1 }, { x: 0.2, y: null }, { x: 0.3, y: 0.5 }];
  expect(linePath(points, 100)).toBe('M0 100L100 0M300 50h1');
  expect(areaPath(points.slice(0, 2), 100)).toBe('M0 100L100 0L100 100L0 100Z');
});

test('a single bad request is seen, none is not', () => {
  expect(barsPath([{ x: 0.5, y: 0 }], 0.01, 100)).toBe('');
  expect(barsPath([{ x: 0.5, y: 0.0001 }], 0.01, 100)).toBe('M495 100v-1.5h10v1.5Z');
});

test('buckets lose no bad request and no unhealthy second, and keep the worst latency', () => {
  const seconds = passRun().measurements!.seconds.map((second, index) => ({ ...second, bad: index === 33 ? 4 : 0, healthOk: index !== 50, p95Ms: index === 34 ? 900 : 10 }));
  const few = buckets(seconds, 10);
  expect(few).toHaveLength(10);
  expect(few.reduce((sum, { bad }) => sum + bad, 0)).toBe(4);
  expect(few.filter(({ healthOk }) => healthOk === false)).toHaveLength(1);
  expect(Math.max(...few.map(({ p95Ms }) => p95Ms ?? 0))).toBe(900);
});

test('an interval graphic says its numbers in words, and a censored time is "more than"', () => {
  const late = judged({ metric: 'recoverySeconds', id: 'recovery', title: 'Recovered', kind: 'event', unit: 's', op: '<=', limit: 15, estimate: 24, censored: true });
  expect(bullet(late, 'x').markup.replaceAll('\u202f', ' ')).toContain('Measured more than 24.0 s; the limit is ≤ 15 s.');
  expect(bullet(judged({ metric: 'latencyMs', id: 'a', title: 'A', limit: 5 }), 'y').markup).toContain('no data');
  for (const shape of [{ limit: 1, estimate: 1 }, { limit: 0, estimate: 0 }, { limit: 0.999, estimate: 0.2, lower: 0.1, upper: 0.3 }]) {
    const markup = bullet(judged({ metric: 'availability', id: 'a', title: 'A', unit: 'ratio', op: '>=', ...shape }), 'z').markup;
    expect(markup).not.toMatch(/NaN|Infinity|width="-/);
  }
});
