import { describe, expect, it } from 'vitest';
import { blockError, type SecondOfStratum, studentT } from '../../../reports/stats/blocks.ts';
import { LatencyCounts } from '../../../reports/stats/histogram.ts';
import { countToProveRate, samplesToDecideQuantile, samplesToDecideShare, secondsToDecideRate } from '../../../reports/stats/need.ts';
import { quantileRanks, samplesForLowerBound, samplesForUpperBound } from '../../../reports/stats/quantile.ts';
import { rateBounds } from '../../../reports/stats/rate.ts';
import { samplesToProveShare, shareBounds } from '../../../reports/stats/share.ts';

/** P(Binomial(n, p) ≤ k), summed term by term in logarithms: independent of the library under test. */
function binomialCdf(k: number, n: number, p: number): number {
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p / (1 - p));
    sum += Math.exp(logTerm);
  }
  return sum;
}

describe('bounds of a share', () => {
  it('are those of Clopper and Pearson: at the bound the data are exactly 5 % likely', () => {
    for (const [hits, samples] of [[1, 59], [3, 40], [17, 200], [150, 400]] as const) {
      const { lower, upper } = shareBounds(hits, samples, 0.05);
      expect(binomialCdf(hits, samples, upper)).toBeCloseTo(0.05, 6);
      expect(1 - binomialCdf(hits - 1, samples, lower)).toBeCloseTo(0.05, 6);
    }
  });

  it('have closed forms at the edges', () => {
    expect(shareBounds(0, 59, 0.05)).toEqual({ lower: 0, upper: 1 - 0.05 ** (1 / 59) });
    expect(shareBounds(59, 59, 0.05)).toEqual({ lower: 0.05 ** (1 / 59), upper: 1 });
  });

  it('prove 99.9 % with 2,995 requests without a failure, and with 6,294 when two failed', () => {
    expect(shareBounds(0, 2995, 0.05).upper).toBeLessThanOrEqual(0.001);
    expect(shareBounds(0, 2994, 0.05).upper).toBeGreaterThan(0.001);
    expect(shareBounds(2, 6294, 0.05).upper).toBeLessThanOrEqual(0.001);
    expect(shareBounds(2, 6293, 0.05).upper).toBeGreaterThan(0.001);
  });

  it('need 59, 299 and 2,995 samples to prove 5 %, 1 % and 0.1 %; no number proves 0', () => {
    expect([0.05, 0.01, 0.001, 0].map((limit) => samplesToProveShare(limit, 0.05))).toEqual([59, 299, 2995, null]);
  });

  it('refuse what is no share', () => {
    expect(() => shareBounds(3, 2, 0.05)).toThrow(RangeError);
    expect(() => shareBounds(0, 0, 0.05)).toThrow(RangeError);
  });
});

describe('ranks that bound a quantile', () => {
  it('exist from 59, 299 and 2,995 samples on for P95, P99 and P99.9', () => {
    for (const [q, samples] of [[0.95, 59], [0.99, 299], [0.999, 2995]] as const) {
      expect(samplesForUpperBound(q, 0.05)).toBe(samples);
      expect(quantileRanks(q, samples, null, 0.05).upper).toBe(samples);
      expect(quantileRanks(q, samples - 1, null, 0.05).upper).toBeNull();
    }
    expect(samplesForLowerBound(0.05, 0.05)).toBe(59);
  });

  it('are the tightest with 95 % confidence', () => {
    for (const [q, samples] of [[0.95, 400], [0.5, 101], [0.99, 900]] as const) {
      const { lower, upper } = quantileRanks(q, samples, null, 0.05) as { lower: number; upper: number };
      expect(binomialCdf(upper - 1, samples, q)).toBeGreaterThanOrEqual(0.95);
      expect(binomialCdf(upper - 2, samples, q)).toBeLessThan(0.95);
      expect(binomialCdf(lower - 1, samples, q)).toBeLessThanOrEqual(0.05);
      expect(binomialCdf(lower, samples, q)).toBeGreaterThan(0.05);
    }
  });

  it('do not exist without samples', () => {
    expect(quantileRanks(0.5, 0, null, 0.05)).toEqual({ lower: null, upper: null });
    expect(blockError([{ stratum: '', latencies: new LatencyCounts() }], 1000, 0.95)).toBeNull();
  });

  it('are the wider of those for independent samples and those by blocks of seconds', () => {
    const second = (stratum: string, ...latenciesUs: number[]): SecondOfStratum => {
      const latencies = new LatencyCounts();
      for (const latencyUs of latenciesUs) latencies.add(latencyUs, 10);
      return { stratum, latencies };
    };
    const even = blockError(Array.from({ length: 64 }, () => second('', 1000, 9000)), 1000, 0.5);
    expect(even).toEqual({ standardError: 0, degreesOfFreedom: 7 });
    expect(quantileRanks(0.5, 1280, even, 0.05)).toEqual(quantileRanks(0.5, 1280, null, 0.05));
    // A quick half and a slow one: eight blocks, all on one side. One within a block of both moves little.
    const halves = blockError(Array.from({ length: 64 }, (_, index) => second('', index < 32 ? 1000 : 9000)), 1000, 0.5);
    expect(halves?.standardError).toBeCloseTo(Math.sqrt(0.25 / 8) * 0.95, 2);
    const odds = Math.exp((1.8946 * (halves?.standardError ?? 0)) / 0.25);
    expect(quantileRanks(0.5, 640, halves, 0.05)).toEqual({ lower: Math.floor(640 / (1 + odds)), upper: Math.ceil((640 * odds) / (1 + odds)) });
    expect(quantileRanks(0.99, 20_000, { standardError: 0.0054, degreesOfFreedom: 7 }, 0.05).upper).toBeLessThan(20_000);
    // The same two halves, planned so: nothing of it is chance.
    expect(blockError(Array.from({ length: 64 }, (_, index) => second(index < 32 ? 'steady' : 'fault', index < 32 ? 1000 : 9000)), 1000, 0.5)?.standardError).toBe(0);
    expect(studentT(1, 0.05)).toBeCloseTo(6.3138, 3);
    expect(studentT(10, 0.05)).toBeCloseTo(1.8125, 3);
  });
});

describe('bounds of a rate', () => {
  it("are Garwood's, as in his table: 10 events are 5.43 to 16.96", () => {
    const { lower, upper } = rateBounds(10, 1, 0.05);
    expect(lower).toBeCloseTo(5.425, 3);
    expect(upper).toBeCloseTo(16.962, 3);
  });

  it('begin at 0 without an event, with the rule of three above', () => {
    expect(rateBounds(0, 10, 0.05).lower).toBe(0);
    expect(rateBounds(0, 10, 0.05).upper).toBeCloseTo(-Math.log(0.05) / 10, 9);
  });

  it('refuse a phase without length', () => {
    expect(() => rateBounds(1, 0, 0.05)).toThrow(RangeError);
  });
});

describe('how much more would decide', () => {
  it('is the number from which the bound is on the right side', () => {
    const needed = samplesToDecideShare(1, 2000, 0.001, 0.05) as number;
    expect(shareBounds((needed * 1) / 2000, needed, 0.05).upper).toBeLessThan(0.001);
    expect(shareBounds(((needed - 1) * 1) / 2000, needed - 1, 0.05).upper).toBeGreaterThanOrEqual(0.001);
    expect(samplesToDecideShare(0, 1000, 0.001, 0.05)).toBe(2995);
  });

  it('is nothing when the estimate lies on the limit', () => {
    expect(samplesToDecideShare(1, 100, 0.01, 0.05)).toBeNull();
    expect(samplesToDecideQuantile(95, 100, 0.95, null, 0.05)).toBeNull();
    expect(secondsToDecideRate(1000, 10, 100, 0.05)).toBeNull();
  });

  it('works for quantiles and rates in both directions', () => {
    expect(samplesToDecideQuantile(58, 58, 0.95, null, 0.05)).toBe(59);
    const worse = samplesToDecideQuantile(186, 200, 0.95, null, 0.05) as number;
    expect(worse).toBeGreaterThan(200);
    const longer = secondsToDecideRate(1010, 10, 100, 0.05) as number;
    expect(rateBounds(101 * longer, longer, 0.05).lower).toBeGreaterThan(100);
    expect(secondsToDecideRate(990, 10, 100, 0.05)).toBeGreaterThan(10);
  });

  it('tells the count that proves a throughput', () => {
    const count = countToProveRate(100, 30, 0.05);
    expect(rateBounds(count, 30, 0.05).lower).toBeGreaterThan(100);
    expect(rateBounds(count - 1, 30, 0.05).lower).toBeLessThanOrEqual(100);
  });
});
