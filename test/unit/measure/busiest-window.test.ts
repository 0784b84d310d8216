import { expect, it } from 'vitest';
import { BusiestWindow } from '../../../harness/metrics/measure/busiest-window.ts';

/** Cores used per second; undefined: not read. */
function busiest(used: readonly (number | undefined)[]): number | null {
  const window = new BusiestWindow();
  used.forEach((value, second) => value !== undefined && window.add(second, value));
  return window.max;
}

const seconds = (count: number, used: number): number[] => Array.from({ length: count }, () => used);

it('finds the busiest ten seconds of a load that is idle otherwise', () => {
  expect(busiest([...seconds(60, 0.1), ...seconds(10, 0.95), ...seconds(30, 0.1)])).toBeCloseTo(0.95, 9);
  expect(busiest([...seconds(60, 0.1), ...seconds(5, 1), ...seconds(30, 0)])).toBeCloseTo(0.55, 9);
});

it('is no peak of a single second at the beginning', () => {
  expect(busiest([1.8, ...seconds(30, 0.2)])).toBeCloseTo(0.36, 9);
});

it('averages a load that is shorter than ten seconds', () => {
  expect(busiest([1, 0, 0, 1])).toBeCloseTo(0.5, 9);
});

it('counts what was used in a gap where it was read', () => {
  expect(busiest([...seconds(20, 0.5), undefined, undefined, 1.5, ...seconds(20, 0.5)])).toBeCloseTo(0.6, 1);
});

it('says nothing without a reading', () => {
  expect(busiest([])).toBeNull();
});
