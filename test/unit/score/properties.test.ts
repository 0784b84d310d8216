import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measurements, PhaseEndpoint } from '../../../harness/contracts/measurements.ts';
import type { Objective } from '../../../harness/contracts/sla.ts';
import { decide, limitOf } from '../../../reports/score/limit.ts';
import { judgeSampled } from '../../../reports/score/sampled.ts';
import { ALPHA } from '../../../reports/stats/bounds.ts';
import { LatencyCounts } from '../../../reports/stats/histogram.ts';
import { fixtureMeasurements } from '../../support/fixtures.ts';

const rank = { MISSING: 0, FAIL: 0, INCONCLUSIVE: 1, PASS: 2 } as const;

const base = fixtureMeasurements();

/** Measurements with one phase of 30 s and these requests in it. */
function measurementsOf(goodUs: readonly number[], badUs: readonly number[]): Measurements {
  const latencies = new LatencyCounts();
  for (const us of [...goodUs, ...badUs]) latencies.add(us, 1);
  const count = goodUs.length + badUs.length;
  const row: PhaseEndpoint = {
    phase: 'steady',
    endpoint: '*',
    count,
    bad: badUs.length,
    successful: goodUs.length,
    byClass: { '2xx': goodUs.length, '5xx': badUs.length },
    ...(count > 0 && { histogram: latencies.encode() }),
    latencyMs: null,
    worstSecond: null,
  };
  return { ...base, endpoints: [row], phases: [{ id: 'steady', startMs: 0, endMs: 30_000 }] };
}

const objectives: readonly Objective[] = [
  { metric: 'availability' as const, atLeast: 0.95 },
  { metric: 'errorRate' as const, below: 0.1 },
  { metric: 'latencyMs' as const, quantile: 0.9, below: 100 },
  { metric: 'latencyMs' as const, quantile: 0.5, atMost: 50 },
  { metric: 'throughput' as const, above: 3 },
  { metric: 'throughputAll' as const, atLeast: 3 },
].map((part, index) => ({ id: `o-${index}`, title: 'o', phases: ['steady'], gate: true, source: 'test', ...part }));

const resultOf = (objective: Objective, good: readonly number[], bad: readonly number[]): number => rank[judgeSampled({ objective, phase: 'steady' }, measurementsOf(good, bad), ALPHA).result];
const latenciesUs = (max: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: max });

describe('an objective never gets better', () => {
  it('from more bad requests in the place of good ones', () => {
    fc.assert(
      fc.property(fc.constantFrom(...objectives), latenciesUs(300), latenciesUs(20), fc.nat(20), (objective, good, bad, turned) => {
        expect(resultOf(objective, good.slice(turned), [...bad, ...good.slice(0, turned)])).toBeLessThanOrEqual(resultOf(objective, good, bad));
      }),
      { numRuns: 300 },
    );
  });

  it('from slower requests', () => {
    fc.assert(
      fc.property(fc.constantFrom(...objectives), latenciesUs(300), latenciesUs(20), fc.array(fc.nat(100_000), { minLength: 300, maxLength: 300 }), (objective, good, bad, slower) => {
        const slow = good.map((us, index) => us + (slower[index] ?? 0));
        expect(resultOf(objective, slow, bad)).toBeLessThanOrEqual(resultOf(objective, good, bad));
      }),
      { numRuns: 300 },
    );
  });

});

describe('an objective never becomes a PASS', () => {
  it('from fewer good requests', () => {
    fc.assert(
      fc.property(fc.constantFrom(...objectives), latenciesUs(300), latenciesUs(20), fc.nat(300), (objective, good, bad, removed) => {
        // The fastest go: leaving out slow ones would be better data, not less of it.
        const left = good.toSorted((a, b) => b - a).slice(0, Math.max(0, good.length - removed));
        if (resultOf(objective, left, bad) === rank.PASS) expect(resultOf(objective, good, bad)).toBe(rank.PASS);
      }),
      { numRuns: 300 },
    );
  });

  it('from fewer requests of the same kind', () => {
    fc.assert(
      fc.property(fc.constantFrom(...objectives), fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (objective, us, a, b) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)].map((count) => resultOf(objective, Array.from({ length: count }, () => us), []));
        if (few === rank.PASS) expect(many).toBe(rank.PASS);
      }),
      { numRuns: 300 },
    );
  });
});

describe('no data', () => {
  it('never passes, whatever is asked', () => {
    fc.assert(
      fc.property(fc.constantFrom('below', 'atMost', 'above', 'atLeast'), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(...objectives), (bound, value, { metric, quantile }) => {
        const objective = { id: 'o', title: 'o', metric, ...(quantile !== undefined && { quantile }), phases: ['steady'], gate: true, source: 't', [bound]: value } as Objective;
        expect(judgeSampled({ objective, phase: 'steady' }, measurementsOf([], []), ALPHA).result).toBe('MISSING');
        expect(decide({ lower: null, upper: null }, limitOf(objective))).toBe('INCONCLUSIVE');
      }),
    );
  });
});
