import { describe, expect, it } from 'vitest';
import { decide, type Limit } from '../../../reports/score/limit.ts';
import { alphaOf, type Bounds } from '../../../reports/stats/bounds.ts';
import { blockError } from '../../../reports/stats/blocks.ts';
import { LatencyCounts } from '../../../reports/stats/histogram.ts';
import { quantileBoundsUs, quantileRanks } from '../../../reports/stats/quantile.ts';
import { rateBounds } from '../../../reports/stats/rate.ts';
import { shareBounds } from '../../../reports/stats/share.ts';
import { trendOf } from '../../../reports/stats/trend.ts';
import { seeded } from '../../support/seeded.ts';

const RUNS = 2000;
/** 5 % and three standard deviations of a count of 2,000. */
const WRONG_MAX = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS);

/** Share of simulated runs that claim what is not so: PASS with the truth just outside the limit, FAIL with it just inside. */
function wrongVerdicts(run: (random: () => number) => Bounds, truth: number, seed: number): { pass: number; fail: number } {
  const random = seeded(seed);
  const outside: Limit = { op: '<', value: truth };
  const inside: Limit = { op: '<=', value: truth };
  let pass = 0;
  let fail = 0;
  for (let i = 0; i < RUNS; i++) {
    const bounds = run(random);
    if (decide(bounds, outside) === 'PASS') pass++;
    if (decide(bounds, inside) === 'FAIL') fail++;
  }
  return { pass: pass / RUNS, fail: fail / RUNS };
}

const [LEVEL, NOISE] = [0.2, 0.3];
/** P95 in µs of all that `slowAndQuickSeconds` draws. */
const P95_US = 10_000 * Math.exp(1.644854 * Math.hypot(LEVEL, NOISE));

/** Sixty seconds of ten latencies each: log-normal about a level that carries over into the next second. */
function slowAndQuickSeconds(random: () => number, carry: number): LatencyCounts[] {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let level = normal();
  return Array.from({ length: 60 }, () => {
    level = carry * level + Math.sqrt(1 - carry ** 2) * normal();
    const second = new LatencyCounts();
    for (let i = 0; i < 10; i++) second.add(Math.round(10_000 * Math.exp(LEVEL * level + NOISE * normal())), 1);
    return second;
  });
}

describe('with the truth on the limit, at most 5 % of runs give a wrong verdict', { timeout: 60_000 }, () => {
  it('for shares', () => {
    for (const [share, samples] of [[0.01, 1500], [0.001, 4000], [0.3, 200]] as const) {
      const wrong = wrongVerdicts((random) => {
        let hits = 0;
        for (let i = 0; i < samples; i++) if (random() < share) hits++;
        return shareBounds(hits, samples, 0.05);
      }, share, 11);
      expect(wrong.pass).toBeLessThanOrEqual(WRONG_MAX);
      expect(wrong.fail).toBeLessThanOrEqual(WRONG_MAX);
    }
  });

  it('for several looks until one decides, which share the 5 %', () => {
    const [share, samples, looks] = [0.01, 1500, 3];
    const wrong = wrongVerdicts((random) => {
      for (let look = 1; ; look++) {
        let hits = 0;
        for (let i = 0; i < samples; i++) if (random() < share) hits++;
        const bounds = shareBounds(hits, samples, alphaOf(looks));
        if (look === looks || decide(bounds, { op: '<', value: share }) !== 'INCONCLUSIVE') return bounds;
      }
    }, share, 17);
    expect(wrong.pass).toBeLessThanOrEqual(WRONG_MAX);
    expect(wrong.fail).toBeLessThanOrEqual(WRONG_MAX);
  });

  it('for quantiles, whatever the distribution', () => {
    const exponential = (random: () => number): number => -Math.log(1 - random());
    const bimodal = (random: () => number): number => (random() < 0.93 ? random() : 5 + random());
    for (const [draw, quantile, q] of [
      [exponential, -Math.log(0.05), 0.95],
      [exponential, -Math.log(0.01), 0.99],
      [bimodal, 5 + (0.95 - 0.93) / 0.07, 0.95],
    ] as const) {
      const wrong = wrongVerdicts((random) => {
        const sorted = Float64Array.from({ length: 400 }, () => draw(random)).sort();
        const { lower, upper } = quantileRanks(q, sorted.length, null, 0.05);
        return { lower: lower === null ? null : (sorted[lower - 1] as number), upper: upper === null ? null : (sorted[upper - 1] as number) };
      }, quantile, 12);
      expect(wrong.pass).toBeLessThanOrEqual(WRONG_MAX);
      expect(wrong.fail).toBeLessThanOrEqual(WRONG_MAX);
    }
  });

  it('for quantiles of seconds that are quick or slow as a whole not quite, but nearly', () => {
    const wrong = (carry: number, withBlocks: boolean) =>
      wrongVerdicts((random) => {
        const seconds = slowAndQuickSeconds(random, carry);
        const all = new LatencyCounts();
        for (const second of seconds) all.merge(second);
        const error = withBlocks ? blockError(seconds.map((latencies) => ({ stratum: '', latencies })), all.quantile(0.95) ?? 0, 0.95) : null;
        return quantileBoundsUs(all, 0.95, error, 0.05);
      }, P95_US, 14);
    // Requests that depend on one another are outside of what any bound promises; with blocks it is much less wrong.
    const [known, unknown] = [wrong(0, true), wrong(0, false)];
    expect(known.pass).toBeLessThan(unknown.pass);
    expect(known.fail).toBeLessThanOrEqual(0.03);
    // Half of a second's level is carried into the next.
    expect(wrong(0.5, false).pass).toBeGreaterThan(0.15);
    expect(wrong(0.5, true).pass).toBeLessThanOrEqual(0.13);
  });

  it('for trends of a heap that is collected now and then', () => {
    const perMinute = 40;
    const wrong = wrongVerdicts((random) => {
      // Garbage piles up and is collected at random; of two seconds each the lower reading counts.
      let garbage = 0;
      const readings = Array.from({ length: 20 }, (_none, second) => {
        garbage = random() < 0.6 ? random() * 5 : garbage + random() * 20;
        return { x: second / 60, y: 50 + garbage + (perMinute * second) / 60 };
      });
      const lows = readings.flatMap((reading, index) => (index % 2 === 0 ? [reading.y < (readings[index + 1]?.y ?? 0) ? reading : (readings[index + 1] as typeof reading)] : []));
      return trendOf(lows, 0.05) ?? { lower: null, upper: null };
    }, perMinute, 15);
    expect(wrong.pass).toBeLessThanOrEqual(WRONG_MAX);
    expect(wrong.fail).toBeLessThanOrEqual(WRONG_MAX);
  });

  it('for rates', () => {
    const rate = 12;
    const wrong = wrongVerdicts((random) => {
      let count = -1;
      for (let t = 0; t < 10; t -= Math.log(1 - random()) / rate) count++;
      return rateBounds(count, 10, 0.05);
    }, rate, 13);
    expect(wrong.pass).toBeLessThanOrEqual(WRONG_MAX);
    expect(wrong.fail).toBeLessThanOrEqual(WRONG_MAX);
  });
});
