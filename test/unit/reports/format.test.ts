import { describe, expect, test } from 'vitest';
import { changeText, limitText, msText, numberText, offsetText, ratioText, utcText, valueAgainst } from '../../../reports/html/format.ts';

const spaced = (text: string): string => text.replaceAll('\u202f', ' ');

describe('numbers for people', () => {
  test('thousands are set apart', () => {
    expect(spaced(numberText(24_123))).toBe('24 123');
    expect(spaced(numberText(1_234_567.25, 1))).toBe('1 234 567.3');
    expect(numberText(-0.04, 1)).toBe('0.0');
    expect(spaced(numberText(-1200))).toBe('−1 200');
  });

  test('a ratio is never rounded up to 100 % or down to 0 %', () => {
    expect(spaced(ratioText(0.9993))).toBe('99.93 %');
    expect(spaced(ratioText(0.999_997))).toBe('99.9997 %');
    expect(spaced(ratioText(0.000_001))).toBe('0.0001 %');
    expect(spaced(ratioText(0.999_999_999_9))).toBe('> 99.999999 %');
    expect(spaced(ratioText(1))).toBe('100 %');
  });

  test('a value that only rounds to its limit is shown apart from it', () => {
    expect(spaced(valueAgainst(0.998_96, 0.999, 'ratio'))).toBe('99.896 %');
    expect(spaced(valueAgainst(499.98, 500, 'ms'))).toBe('499.98 ms');
    expect(spaced(valueAgainst(500, 500, 'ms'))).toBe('500 ms');
    expect(valueAgainst(null, 500, 'ms')).toBe('–');
  });

  test('limits stand as they were set', () => {
    expect(spaced(limitText(0.999, 'ratio'))).toBe('99.9 %');
    expect(spaced(limitText(1500, 'ms'))).toBe('1 500 ms');
    expect(spaced(limitText(2.5, 's'))).toBe('2.5 s');
  });

  test('milliseconds have a decimal only where it matters', () => {
    expect([0, 0.84, 9.96, 23.4, 1234].map((ms) => spaced(msText(ms)))).toEqual(['0 ms', '0.8 ms', '10.0 ms', '23.4 ms', '1 234 ms']);
  });

  test('times are relative to the start of the load, or UTC', () => {
    expect([0, 43_249, 123_000, -1000].map((ms) => spaced(offsetText(ms)))).toEqual(['+0.0 s', '+43.2 s', '+2 min 03.0 s', '−1.0 s']);
    expect(utcText(Date.UTC(2026, 10, 21, 10, 0, 5, 999))).toBe('2026-11-21 10:00:05 UTC');
  });

  test('a change is a percentage, or a multiple from three times on', () => {
    expect(spaced(changeText(100, 88))).toBe('−12 %');
    expect(changeText(10, 83)).toBe('×8.3');
    expect(changeText(0, 83)).toBe('');
  });
});
