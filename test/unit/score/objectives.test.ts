import { describe, expect, it } from 'vitest';
import type { Measurements } from '../../../harness/contracts/measurements.ts';
import type { Objective } from '../../../harness/contracts/sla.ts';
import type { JudgedObjective } from '../../../harness/contracts/verdict.ts';
import { judgeObjectives } from '../../../reports/score/objectives.ts';
import { fixtureFindings, fixtureMeasurements, fixturePlan, fixtureStack, measurementsWith } from '../../support/fixtures.ts';

const base: Objective = { id: 'o', title: 'O', metric: 'errorRate', phases: ['steady'], below: 0.01, gate: true, source: 'test' };

function judged(objective: Partial<Objective>, measurements: Measurements | null = fixtureMeasurements(), findings = fixtureFindings()): JudgedObjective[] {
  const { below: _, ...rest } = base;
  const bounded = ['below', 'atMost', 'above', 'atLeast'].some((bound) => bound in objective);
  const plan = fixturePlan({ sla: { name: 'test', objectives: [{ ...(bounded ? rest : base), ...objective }] } });
  return judgeObjectives({ plan, measurements, findings, stack: fixtureStack() });
}
const one = (...args: Parameters<typeof judged>): JudgedObjective => judged(...args)[0] as JudgedObjective;

describe('a sampled objective', () => {
  it('passes when the 95 % bound meets the limit', () => {
    const row = one({}, measurementsWith('steady', { count: 1000, bad: 3 }));
    expect(row).toMatchObject({ result: 'PASS', estimate: 0.003, kind: 'sampled', samples: 1000, samplesMin: 299, needsSecondsMore: null });
    expect(row.upper).toBeLessThan(0.01);
  });

  it('fails when the opposite bound breaks it', () => {
    const row = one({}, measurementsWith('steady', { count: 1000, bad: 20 }));
    expect(row.result).toBe('FAIL');
    expect(row.lower).toBeGreaterThan(0.01);
  });

  it('is open when the interval straddles the limit, and says how much longer would decide', () => {
    const row = one({}, measurementsWith('steady', { count: 1000, bad: 6 }));
    expect(row.result).toBe('INCONCLUSIVE');
    expect(row.needsSecondsMore).toBeGreaterThan(0);
    const longer = 1 + (row.needsSecondsMore ?? 0) / 30;
    expect(one({}, measurementsWith('steady', { count: 1000 * longer, bad: 6 * longer })).result).toBe('PASS');
  });

  it('is open for good when the estimate lies on the limit', () => {
    expect(one({}, measurementsWith('steady', { count: 1000, bad: 10 }))).toMatchObject({ result: 'INCONCLUSIVE', needsSecondsMore: null });
  });

  it('is open when too few samples allow no bound, and takes 2,995 for 99.9 %', () => {
    const few = measurementsWith('steady', { count: 2994 });
    expect(one({ metric: 'availability', atLeast: 0.999 }, few)).toMatchObject({ result: 'INCONCLUSIVE', samplesMin: 2995, needsSecondsMore: 1 });
    expect(one({ metric: 'availability', atLeast: 0.999 }, measurementsWith('steady', { count: 2995 })).result).toBe('PASS');
    expect(one({ metric: 'latencyMs', quantile: 0.95, below: 500 }, measurementsWith('steady', { count: 58 }))).toMatchObject({ result: 'INCONCLUSIVE', upper: null });
  });

  it('is open below the number of samples that it asks for, whatever the interval', () => {
    expect(one({ samplesMin: 5000 }, measurementsWith('steady', { count: 4000 }))).toMatchObject({ result: 'INCONCLUSIVE', samplesMin: 5000 });
    expect(one({ samplesMin: 5000 }, measurementsWith('steady', { count: 4000, bad: 4000 })).result).toBe('INCONCLUSIVE');
  });

  it('is about the process that grows fastest, and is missing when one was not read', () => {
    const lows = (perMinute: number) => Array.from({ length: 12 }, (_none, slot) => ({ second: 1000 + slot * 5, value: 50 + ((slot * 7) % 5) / 10 + (perMinute * slot) / 12 }));
    const trend = (process: string, perMinute: number) => ({ phase: 'whole', process, what: 'memoryMiB' as const, lows: lows(perMinute) });
    const growth = (...trends: Measurements['trends']) => one({ metric: 'memoryGrowth', phases: ['whole'], atMost: 10 }, fixtureMeasurements({ trends }));
    expect(growth(trend('api', 2), trend('worker', 40))).toMatchObject({ result: 'FAIL', unit: 'MiB/min', samples: 12, samplesMin: 4, why: expect.stringMatching(/^worker: 4\d/) });
    expect(growth(trend('api', 2), trend('worker', 1))).toMatchObject({ result: 'PASS' });
    expect(growth(trend('api', 2), { ...trend('worker', 1), lows: [] }).result).toBe('MISSING');
    expect(growth().result).toBe('MISSING');
    const open = growth(trend('api', 9.99));
    expect(open.result).toBe('INCONCLUSIVE');
    expect(open.needsSecondsMore).toBeGreaterThan(0);
  });

  it('is missing without any sample, in a phase that does not exist, and without measurements', () => {
    expect(one({}, measurementsWith('steady', { count: 0 })).result).toBe('MISSING');
    expect(one({ endpoint: 'GET /nothing' }).result).toBe('MISSING');
    expect(one({}, fixtureMeasurements({ endpoints: [] })).result).toBe('MISSING');
    expect(one({}, null).result).toBe('MISSING');
  });

  it('cannot prove that nothing ever fails', () => {
    expect(one({ metric: 'availability', atLeast: 1 })).toMatchObject({ result: 'INCONCLUSIVE', samplesMin: 0, needsSecondsMore: null });
  });

  it('judges latency by its quantile in ms', () => {
    const latency = { metric: 'latencyMs', quantile: 0.95, below: 500 } as const;
    expect(one(latency, measurementsWith('steady', { count: 2000, medianMs: 100 })).result).toBe('PASS');
    expect(one(latency, measurementsWith('steady', { count: 2000, medianMs: 600 })).result).toBe('FAIL');
    const near = one(latency, measurementsWith('steady', { count: 200, medianMs: 347 }));
    expect(near.result).toBe('INCONCLUSIVE');
    expect(near.estimate).toBeGreaterThan(450);
  });

  it('judges latency of a long phase also by blocks of seconds, and never without them', () => {
    const objective: Partial<Objective> = { metric: 'latencyMs', quantile: 0.95, below: 120, phases: ['whole'] };
    const withBlocks = (standardError: number): Measurements => measurementsWith('whole', { count: 7000, medianMs: 11, blockErrors: [{ quantile: 0.95, standardError, degreesOfFreedom: 7 }] });
    const narrow = one(objective, withBlocks(0.0005));
    const wide = one(objective, withBlocks(0.02));
    expect(narrow.result).toBe('PASS');
    expect(wide.upper).toBeGreaterThan(narrow.upper ?? 0);
    expect(wide.lower).toBeLessThan(narrow.lower ?? 0);
    const between = ((narrow.upper ?? 0) + (wide.upper ?? 0)) / 2;
    expect([one({ ...objective, below: between }, withBlocks(0.0005)).result, one({ ...objective, below: between }, withBlocks(0.02)).result]).toEqual(['PASS', 'INCONCLUSIVE']);
    expect(one({ ...objective, quantile: 0.9 }, withBlocks(0.0005)).result).toBe('MISSING');
  });

  it('names the endpoint that does worst in it, if one does', () => {
    const slow = measurementsWith('steady', { count: 900, medianMs: 90 }, 'POST /points/charge');
    expect(one({ metric: 'latencyMs', quantile: 0.95, below: 500 }, slow).worstEndpoint).toBe('POST /points/charge');
    expect(one({ metric: 'latencyMs', quantile: 0.95, below: 500, endpoint: 'POST /payments' }, slow).worstEndpoint).toBeNull();
    expect(one({}, measurementsWith('steady', { count: 900, bad: 1 }, 'POST /payments')).worstEndpoint).toBe('POST /payments');
    expect(one({}, measurementsWith('steady', { count: 3, bad: 3 }, 'POST /payments')).worstEndpoint).toBeNull();
    expect(one({ metric: 'throughput', above: 1 }).worstEndpoint).toBeNull();
  });

  it('says how far its bound is from the limit', () => {
    const { upper, margin } = one({}, measurementsWith('steady', { count: 1000, bad: 3 }));
    expect(margin).toBeCloseTo((0.01 - (upper ?? 0)) / 0.01, 10);
    const available = one({ metric: 'availability', atLeast: 0.99 }, measurementsWith('steady', { count: 1000, bad: 3 }));
    expect(available.margin).toBeCloseTo(margin ?? 0, 10);
    expect(one({ metric: 'latencyMs', quantile: 0.95, below: 500 }, measurementsWith('steady', { count: 58 })).margin).toBeNull();
  });

  it('judges throughput without polling, and all requests beside it', () => {
    const measurements = measurementsWith('steady', { count: 6000, polling: 3200 });
    expect(one({ metric: 'throughput', above: 100 }, measurements)).toMatchObject({ result: 'FAIL', samples: 2800 });
    expect(one({ metric: 'throughputAll', above: 100 }, measurements)).toMatchObject({ result: 'PASS', estimate: 200 });
    expect(one({ metric: 'throughput', above: 100 }, measurementsWith('steady', { count: 3010 })).result).toBe('INCONCLUSIVE');
  });

  it('counts 429 apart from errors', () => {
    const measurements = measurementsWith('steady', { count: 3000, tooMany: 90 });
    expect(one({}, measurements).result).toBe('PASS');
    expect(one({ metric: 'tooManyRequests', atMost: 0.01 }, measurements).result).toBe('FAIL');
  });

  it('judges the availability of Redis and of the probe by looks, says what so few can prove, and passes nothing without them', () => {
    const looks = (failed: number, ok: number): Measurements => fixtureMeasurements({ looks: [{ of: 'redis', phase: 'steady', ok, failed }] });
    const redis = { metric: 'redisAvailability', atLeast: 0.999 } as const;
    expect(one(redis, looks(0, 60))).toMatchObject({ result: 'INCONCLUSIVE', samples: 60, samplesMin: 2995, estimate: 1 });
    expect(one(redis, looks(0, 2995)).result).toBe('PASS');
    expect(one(redis, looks(6, 60)).result).toBe('FAIL');
    expect(one({ ...redis, atLeast: 0.9 }, looks(0, 29)).result).toBe('PASS');
    expect(one({ ...redis, atLeast: 0.9 }, looks(0, 28)).result).toBe('MISSING'); // Half of what 30 s have.
    expect(one(redis, fixtureMeasurements({ looks: [] })).result).toBe('MISSING');
    expect(one({ metric: 'probeAvailability', atLeast: 0.95 }, looks(0, 2995)).result).toBe('MISSING');
    expect(one({ metric: 'probeAvailability', atLeast: 0.95 }, fixtureMeasurements()).result).toBe('PASS');
  });

  it('judges admissions by their counter and the length of the phase', () => {
    const admitted = (growth: number): Measurements => fixtureMeasurements({ counters: [{ phase: 'steady', name: 'queue_admitted_total', growth }] });
    const admissions = { metric: 'admissions', atLeast: 10 } as const;
    expect(one(admissions, admitted(600))).toMatchObject({ result: 'PASS', estimate: 20, samples: 600 });
    expect(one(admissions, admitted(200)).result).toBe('FAIL');
    expect(one(admissions, admitted(300)).result).toBe('INCONCLUSIVE');
    expect(one(admissions, fixtureMeasurements({ counters: [] })).result).toBe('MISSING');
  });

  it("judges locks by the service's counters, and not without them", () => {
    const locks = { metric: 'lockSuccess', above: 0.99 } as const;
    const counters = (failed: number): Measurements =>
      fixtureMeasurements({
        counters: [
          { phase: 'steady', name: 'distributed_lock_attempts_total', growth: 1000 },
          { phase: 'steady', name: 'distributed_lock_acquisition_failed_total{reason="timeout"}', growth: failed },
          { phase: 'steady', name: 'distributed_lock_acquisition_failed_total{reason="redis"}', growth: 0 },
        ],
      });
    expect(one(locks, counters(0)).result).toBe('PASS');
    expect(one(locks, counters(40)).result).toBe('FAIL');
    expect(one(locks, counters(1001)).result).toBe('MISSING');
    expect(one(locks, fixtureMeasurements({ counters: [] })).result).toBe('MISSING');
  });
});

describe('a census objective', () => {
  const coverage = fixtureFindings().coverage;

  it('is exact: one payment that did not arrive fails it', () => {
    expect(one({ metric: 'delivery', atLeast: 1, phases: ['whole'] }).result).toBe('PASS');
    const lost = fixtureFindings({ coverage: { ...coverage, paymentsDelivered: coverage.payments - 1 } });
    expect(one({ metric: 'delivery', atLeast: 1, phases: ['whole'] }, undefined, lost).result).toBe('FAIL');
    const twice = fixtureFindings({ coverage: { ...coverage, doubleSales: 1 } });
    expect(one({ metric: 'doubleSales', atMost: 0, phases: ['whole'] }, undefined, twice).result).toBe('FAIL');
  });

  it('counts every success whose body is none', () => {
    const wrong: Partial<Objective> = { metric: 'wrongBodies', atMost: 0, phases: ['whole'] };
    expect(one(wrong)).toMatchObject({ result: 'PASS', estimate: 0 });
    const { endpoints } = fixtureMeasurements();
    const one2xx = endpoints.map((row) => (row.phase === 'whole' && row.endpoint === '*' ? { ...row, byClass: { ...row.byClass, 'bad-body': 1 } } : row));
    expect(one(wrong, fixtureMeasurements({ endpoints: one2xx }))).toMatchObject({ result: 'FAIL', estimate: 1 });
    expect(one(wrong, fixtureMeasurements({ endpoints: [] })).result).toBe('MISSING');
  });

  it('is missing when there was nothing to count', () => {
    const empty = fixtureFindings({ coverage: { ...coverage, payments: 0, paymentsDelivered: 0, seatsSold: 0 } });
    expect(one({ metric: 'delivery', atLeast: 1, phases: ['whole'] }, undefined, empty).result).toBe('MISSING');
    expect(one({ metric: 'doubleSales', atMost: 0, phases: ['whole'] }, undefined, empty).result).toBe('MISSING');
  });
});

describe('an event objective', () => {
  const withTimes = (times: Partial<Measurements['faults'][number]>): Measurements => {
    const { faults } = fixtureMeasurements();
    return fixtureMeasurements({ faults: faults.map((fault) => ({ ...fault, ...times })) });
  };
  const detection = { metric: 'detectionSeconds', atMost: 30, phases: ['fault'] } as const satisfies Partial<Objective>;
  const recovery = { metric: 'recoverySeconds', atMost: 10, phases: ['recovery'] } as const satisfies Partial<Objective>;

  it('is judged once for each fault, by the tighter of its limit and what the experiment asks', () => {
    expect(judged(detection)).toHaveLength(1);
    expect(one(detection)).toMatchObject({ phase: 'fault:redis-down', limit: 15, result: 'PASS' });
    expect(one(recovery)).toMatchObject({ phase: 'fault:redis-down', limit: 10, result: 'PASS' });
    expect(one(detection, withTimes({ detection: { seconds: 16, censored: false } })).result).toBe('FAIL');
  });

  it('that was not seen never passes, and fails once the time is over', () => {
    expect(one(recovery, withTimes({ recovery: { seconds: 4, censored: true } }))).toMatchObject({ result: 'INCONCLUSIVE', censored: true, upper: null });
    expect(one(recovery, withTimes({ recovery: { seconds: 10, censored: true } })).result).toBe('FAIL');
    expect(one(detection, withTimes({ detection: { seconds: 15, censored: true } })).result).toBe('FAIL');
  });

  it('is missing when the edges were not seen', () => {
    expect(one(recovery, withTimes({ recovery: null })).result).toBe('MISSING');
    expect(one(recovery, fixtureMeasurements({ faults: [] })).result).toBe('MISSING');
  });
});

describe('the list of objectives', () => {
  it('has each objective in each of its phases; "fault" stands for every fault', () => {
    const [fault] = fixturePlan().faults;
    const faults = [{ ...(fault as NonNullable<typeof fault>) }, { ...(fault as NonNullable<typeof fault>), id: 'b' }];
    const plan = fixturePlan({ faults, sla: { name: 't', objectives: [{ ...base, phases: ['steady', 'fault', 'recovery', 'whole'] }] } });
    const rows = judgeObjectives({ plan, measurements: fixtureMeasurements(), findings: fixtureFindings(), stack: fixtureStack() });
    expect(rows.map(({ phase }) => phase).sort()).toEqual(['fault:b', 'fault:redis-down', 'recovery', 'steady', 'whole']);
  });

  it('asks nothing about faults and recovery of a run without faults', () => {
    const plan = fixturePlan({ faults: [] });
    const rows = judgeObjectives({ plan, measurements: fixtureMeasurements(), findings: fixtureFindings(), stack: fixtureStack() });
    expect(new Set(rows.map(({ phase }) => phase))).toEqual(new Set(['steady', 'whole']));
  });

  it('begins with the worst that is gated', () => {
    const plan = fixturePlan();
    const rows = judgeObjectives({ plan, measurements: measurementsWith('steady', { count: 7000, bad: 700 }), findings: fixtureFindings(), stack: fixtureStack() });
    expect(rows[0]).toMatchObject({ result: 'FAIL', gate: true, phase: 'steady' });
    const ranks = rows.map(({ result }) => ['FAIL', 'MISSING', 'INCONCLUSIVE', 'PASS'].indexOf(result));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  });
});
