import { beforeEach, expect, test } from 'vitest';
import { Overload } from '../../../service/protection/overload.ts';

let overload: Overload;
beforeEach(() => {
  overload = new Overload({ utilizationMax: 0.98, delayMsMax: 200 });
});
const ticks = (count: number, lateMs: number, utilization: number): boolean => {
  for (let n = 0; n < count; n++) overload.tick(100 + lateMs, lateMs, utilization);
  return overload.overloaded;
};

test('busy and late for a second is overload, half a second of neither ends it', () => {
  expect(ticks(2, 300, 1)).toBe(false);
  expect(ticks(1, 300, 1)).toBe(true);
  expect(ticks(4, 0, 0.3)).toBe(true);
  expect(ticks(1, 0, 0.3)).toBe(false);
});

test('well used is not overloaded: busy without being late, or late without being busy', () => {
  expect(ticks(100, 50, 1)).toBe(false);
  expect(ticks(100, 500, 0.9)).toBe(false);
});

test('a moment of relief in between begins the second anew', () => {
  expect(ticks(2, 300, 1)).toBe(false);
  expect(ticks(1, 0, 0.5)).toBe(false);
  expect(ticks(2, 300, 1)).toBe(false);
});
