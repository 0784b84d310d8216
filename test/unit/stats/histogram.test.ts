import fc from 'fast-check';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type JsHistogram } from 'hdr-histogram-js';
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
    for (const text of ['', 'bm90IGEgaGlzdG9ncmFt', countsOf([1, 2, 3]).encode().slice(0, -9)]) expect(() => decodeLatencies(text), text).toThrow();
  });

  it("are read as HdrHistogram's own reader reads them, at any resolution", () => {
    const value = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 2 ** 27 }));
    const recorded = fc.array(fc.tuple(value, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 ** 40 }))), { maxLength: 60 });
    fc.assert(
      fc.property(recorded, fc.constantFrom(1, 2, 3), fc.constantFrom(1, 4, 1000), (pairs, numberOfSignificantValueDigits, lowestDiscernibleValue) => {
        const histogram = build({ bitBucketSize: 64, lowestDiscernibleValue, highestTrackableValue: 2 ** 28, numberOfSignificantValueDigits });
        for (const [us, count] of pairs) histogram.recordValueWithCount(us, count);
        const encoded = encodeIntoCompressedBase64(histogram);
        const reader = decodeFromCompressedBase64(encoded, 64, false) as JsHistogram;
        const expected = Array.from({ length: reader.countsArrayLength }, (_, index) => [reader.highestEquivalentValue(reader.valueFromIndex(index)), reader.getCountAtIndex(index)] as const);
        expect(decodeLatencies(encoded).sorted()).toEqual(expected.filter(([, count]) => count > 0));
      }),
      { numRuns: 50 },
    );
  });
});
