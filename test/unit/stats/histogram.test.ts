import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLatencies, LatencyCounts } from '../../../reports/stats/histogram.ts';

const countsOf = (latenciesUs: readonly number[]): LatencyCounts => {
  const counts = new LatencyCounts();
  for (const us of latenciesUs) counts.add(us, 1);
  return counts;
};

describe('latencies', () => {
  it('come back from their encoded form within 0.1 %, and unchanged from then on', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 120_000_000 }), { minLength: 1, maxLength: 50 }), (latenciesUs) => {
        const once = decodeLatencies(countsOf(latenciesUs).encode());
        expect(once.total).toBe(latenciesUs.length);
        const sorted = latenciesUs.toSorted((a, b) => a - b);
        for (const [index, us] of sorted.entries()) {
          const seen = once.atRank(index + 1);
          expect(seen).toBeGreaterThanOrEqual(us);
          expect(seen).toBeLessThanOrEqual(us * 1.001 + 1);
        }
        expect(decodeLatencies(once.encode()).sorted()).toEqual(once.sorted());
      }),
    );
  });

  it('merged are the same as recorded together', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000_000 })), fc.array(fc.integer({ min: 1, max: 5_000_000 })), (a, b) => {
        const merged = countsOf(a);
        merged.merge(countsOf(b));
        expect(merged.sorted()).toEqual(countsOf([...a, ...b]).sorted());
      }),
    );
  });

  it('have quantiles by nearest rank, and none without a sample', () => {
    expect(countsOf([10, 20, 30, 40]).quantile(0.5)).toBe(20);
    expect(countsOf([10, 20, 30, 40]).quantile(0.95)).toBe(40);
    expect(new LatencyCounts().quantile(0.5)).toBeNull();
  });

  it('refuse a text that is no histogram', () => {
    expect(() => decodeLatencies('bm90IGEgaGlzdG9ncmFt')).toThrow();
  });
});
