import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import { Measurements, type PhaseEndpoint } from '../../../harness/contracts/measurements.ts';
import { measure } from '../../../harness/metrics/measure/measure.ts';
import { loadSla } from '../../../harness/plan/sla.ts';
import { judge } from '../../../reports/score/judge.ts';
import { decodeLatencies } from '../../../reports/stats/histogram.ts';
import { fixtureFindings, fixtureStack } from '../../support/fixtures.ts';
import { arrivals, atMs, inputOf, plus, requests, runStreams, type RunStreams, startSecond, stream } from '../../support/run-streams.ts';

const measured = (overrides: Partial<RunStreams> = {}): Promise<Measurements> => measure(inputOf(runStreams(overrides)));
const row = ({ endpoints }: Measurements, phase: string, endpoint = '*'): PhaseEndpoint | undefined => endpoints.find((each) => each.phase === phase && each.endpoint === endpoint);

describe('measure', () => {
  it('gives measurements of the published shape, the same each time, on which a good run passes', async () => {
    const first = await measured();
    expect([...Value.Errors(Measurements, first)]).toEqual([]);
    expect(JSON.stringify(await measured())).toBe(JSON.stringify(first));
    expect(first.defects).toEqual([]);
    const { name, objectives } = loadSla(join(import.meta.dirname, '../../../reports/sla.smoke.yaml'));
    const plan = { ...runStreams().plan, sla: { name, objectives: [...objectives] } };
    const verdict = judge({ plan, measurements: first, findings: fixtureFindings(), stack: fixtureStack() });
    expect(verdict.reasons).toEqual([]);
    expect(verdict.verdict).toBe('PASS');
  });

  it('counts every request once in its phase, and once in whole when it came after the warm-up', async () => {
    const all = await measured();
    expect(row(all, 'warmup')?.count).toBe(1000);
    expect(row(all, 'steady')?.count).toBe(3000);
    expect(row(all, 'fault:redis-down')?.count).toBe(1640);
    expect(row(all, 'recovery')?.count).toBe(60 + 2300);
    expect(row(all, 'drain')?.count).toBe(40);
    expect(row(all, 'whole')?.count).toBe(7000);
    expect(row(all, 'steady', 'GET /queue/token')?.count).toBe(600);
  });

  it('does not count polling as successful', async () => {
    const steady = row(await measured(), 'steady');
    expect(steady?.successful).toBe(2400);
  });

  it('merges the latencies of a phase', async () => {
    const steady = row(await measured(), 'steady');
    const latencies = decodeLatencies(steady?.histogram ?? '');
    expect(latencies.total).toBe(3000);
    expect(steady?.latencyMs?.p50).toBeCloseTo(10, 1);
    expect(row(await measured(), 'fault:redis-down')?.latencyMs?.p95).toBeCloseTo(60, 0);
  });

  it('counts a body that was wrong as bad, not as a request more, and not as a success', async () => {
    const { series } = runStreams();
    const { histogram: _, ...badBody } = requests(20, 3, { class: 'bad-body' });
    const steady = row(await measured({ series: plus(series, badBody) }), 'steady');
    expect(steady).toMatchObject({ count: 3000, bad: 3, successful: 2397 });
  });

  it('counts dropped arrivals as bad requests of all endpoints together, and as arrivals', async () => {
    const { series } = runStreams();
    const all = await measured({ series: plus(series, arrivals(20, 5, { class: 'dropped' })) });
    expect(row(all, 'steady')).toMatchObject({ count: 3005, bad: 5 });
    expect(row(all, 'steady', '(arrival)')).toBeUndefined();
    expect(all.arrivals.find(({ phase }) => phase === 'steady')).toEqual({ phase: 'steady', started: 30 * 34, dropped: 5, latenessMs: { p50: expect.closeTo(3, 1), p99: expect.closeTo(3, 1), max: expect.closeTo(3, 1) }, journeySeconds: 3 });
    expect(all.seconds.find(({ second }) => second === startSecond + 20)).toMatchObject({ requests: 100, bad: 5 });
  });

  it('names the second with the most bad requests as the worst', async () => {
    const { series } = runStreams();
    const all = await measured({ series: plus(series, requests(17, 4, { class: '5xx' }), requests(23, 2, { class: 'timeout', latencyMs: 5000 })) });
    expect(row(all, 'steady')?.worstSecond).toMatchObject({ second: startSecond + 17, bad: 4 });
  });

  it('has one row for every second, gaps included', async () => {
    const { series } = runStreams();
    const all = await measured({ series: series.filter(({ second }) => second !== startSecond + 30) });
    expect(all.seconds).toHaveLength(86);
    expect(all.seconds[30]).toMatchObject({ requests: 0, p95Ms: null, healthOk: true });
    expect(all.seconds[45]?.healthOk).toBe(false);
  });

  it('takes rows in any order within a minute', async () => {
    const { series } = runStreams();
    const shuffled = series.toSorted((a, b) => (a.second % 7) - (b.second % 7) || a.second - b.second).toSorted((a, b) => Math.floor(a.second / 40) - Math.floor(b.second / 40));
    expect((await measured({ series: shuffled })).endpoints).toEqual((await measured()).endpoints);
  });

  it('splits the CPU of the load, without the machine, and tells the missing seconds', async () => {
    const { resources } = runStreams();
    const { processes } = await measured({ resources: resources.filter(({ process, second }) => process !== 'k6-0' || second % 4 !== 0) });
    const api = processes.find(({ process }) => process === 'api');
    expect(api?.cpuSeconds).toBeCloseTo(39.5, 6);
    expect(api?.cpuShare).toBeGreaterThan(0.6);
    expect(processes.find(({ process }) => process === 'machine')?.cpuShare).toBeNull();
    expect(processes.find(({ process }) => process === 'k6-0')?.missingSeconds).toBe(20);
  });

  it('takes no second for missing in which a fault had the process ended, and every other one', async () => {
    const { resources, timeline, plan } = runStreams();
    const apply = timeline.find(({ event }) => event === 'fault-apply')?.tMs ?? 0;
    const gone = timeline.find(({ event }) => event === 'fault-gone')?.tMs ?? 0;
    const inside = (second: number): boolean => (second + 1) * 1000 > apply && second * 1000 <= gone;
    const killed = { ...plan, faults: plan.faults.map((fault) => ({ ...fault, takesAway: ['api'] })) };
    const without = resources.filter(({ process, second }) => process !== 'api' || !inside(second));
    const seen = async (by: typeof plan): Promise<unknown> => (await measured({ resources: without, plan: by })).processes.find(({ process }) => process === 'api');
    const seconds = [...new Set(resources.map(({ second }) => second))].filter(inside).length;
    expect(seconds).toBeGreaterThan(3);
    expect(await seen(killed)).toMatchObject({ missingSeconds: 0, awaySeconds: seconds });
    expect(await seen(plan)).toMatchObject({ missingSeconds: seconds, awaySeconds: 0 });
  });

  it('measures the growth of counters by phase, over a restart of the service', async () => {
    const { resources } = runStreams();
    const restarted = resources.map((each) => (each.process === 'api' && each.second >= startSecond + 25 ? { ...each, gauges: { ...each.gauges, distributed_lock_attempts_total: 30 * (each.second - startSecond - 25) } } : each));
    const growth = (all: Measurements): number | undefined => all.counters.find(({ phase, name }) => phase === 'steady' && name === 'distributed_lock_attempts_total')?.growth;
    expect(growth(await measured())).toBe(900);
    expect(growth(await measured({ resources: restarted }))).toBe(870);
    expect((await measured()).counters.some(({ name }) => name === 'db_pool_active')).toBe(false);
    expect((await measured()).counters).toContainEqual({ phase: 'steady', name: 'distributed_lock_acquisition_failed_total{reason="timeout"}', growth: 0 });
  });

  it('adds up the counters of all processes of the service, each with its own restarts', async () => {
    const { resources } = runStreams();
    const replicas = resources.flatMap((each) => (each.process === 'api' ? ['api-1', 'api-2', 'worker'].map((process) => ({ ...each, process })) : [each]));
    const restarted = replicas.map((each) => (each.process === 'api-2' && each.second >= startSecond + 25 ? { ...each, gauges: { ...each.gauges, distributed_lock_attempts_total: 30 * (each.second - startSecond - 25) } } : each));
    const growth = (all: Measurements): number | undefined => all.counters.find(({ phase, name }) => phase === 'steady' && name === 'distributed_lock_attempts_total')?.growth;
    expect(growth(await measured({ resources: replicas }))).toBe(3 * 900);
    expect(growth(await measured({ resources: restarted }))).toBe(3 * 900 - 30);
  });

  it('tells who ended unplanned, the generators among them', async () => {
    const { timeline } = runStreams();
    const ended = timeline.map((event) => (event.event === 'generator-exit' ? { ...event, code: null, signal: 'SIGKILL', planned: false } : event));
    const all = await measured({ timeline: [...ended, { tMs: atMs(30_000), event: 'process-exit', process: 'redis', pid: 7, code: 1, planned: false }] });
    expect(all.unplannedExits.map(({ process, detail }) => `${process}: ${detail}`)).toEqual(['k6-0: ended by SIGKILL', 'redis: exit code 1']);
    expect(all.generators[0]).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });
});

describe('defects of the artefacts', () => {
  const problems = async (overrides: Partial<RunStreams>): Promise<string[]> => (await measured(overrides)).defects.map(({ artefact, problem }) => `${artefact} ${problem}`);
  const { series, timeline, plan } = runStreams();

  it('passes on what the store found', async () => {
    const input = { ...inputOf(runStreams()), series: stream(series, ['is cut in line 9']), resources: stream([], ['is missing']) };
    expect((await measure(input)).defects).toEqual([
      { artefact: 'series.ndjson', problem: 'is cut in line 9' },
      { artefact: 'resources.ndjson', problem: 'is missing' },
    ]);
  });

  it('finds a hole of three seconds, but not one of two', async () => {
    const without = (from: number, seconds: number): Partial<RunStreams> => ({ series: series.filter(({ second }) => second < startSecond + from || second >= startSecond + from + seconds) });
    expect(await problems(without(20, 2))).toEqual([]);
    expect(await problems(without(20, 3))).toEqual(['series.ndjson has no sample of generator 0 for 3 s, from second 20 of the load on']);
  });

  it('does not take quiet seconds at a low rate for a hole', async () => {
    const slow = { ...plan, load: { ...plan.load, startPerSecond: 0.2, stages: [{ durationMs: 80_000, targetPerSecond: 0.2 }] } };
    expect(await problems({ plan: slow, series: series.filter(({ second }) => second % 5 === 0) })).toEqual([]);
  });

  it('finds a planned generator that was never heard', async () => {
    const generators = [...plan.load.generators, { index: 1, segment: '1/2:1', sequence: '0,1/2,1' }];
    expect(await problems({ plan: { ...plan, load: { ...plan.load, generators } } })).toEqual(['series.ndjson has no sample of generator 1']);
  });

  it('finds a timeline without start or end', async () => {
    expect(await problems({ timeline: timeline.filter(({ event }) => event !== 'load-start') })).toEqual(['timeline.ndjson has no load-start']);
    expect(await problems({ timeline: timeline.filter(({ event }) => event !== 'load-end' && event !== 'drain-end') })).toEqual(['timeline.ndjson has no load-end', 'timeline.ndjson has no drain-end']);
  });

  it('finds rows that cannot be: outside of the run, a negative count, latencies missing or too many, an unknown fault', async () => {
    const { histogram: _, ...bare } = requests(20, 5);
    expect(await problems({ series: plus(series, requests(500, 1)) })).toContain('series.ndjson has requests before or after the run');
    expect(await problems({ series: plus(series, { ...requests(20, 5), count: -5 }) })).toEqual(['series.ndjson has a row whose second or count is no natural number']);
    expect(await problems({ series: plus(series, bare, bare) })).toEqual(['series.ndjson has a row of requests without their latencies (2 times)']);
    expect(await problems({ series: plus(series, { ...requests(20, 5), count: 6 }) })).toEqual(['series.ndjson has a row with more or fewer latencies than requests']);
    expect(await problems({ series: plus(series, { ...requests(20, 5), histogram: 'AAAA' }) })).toEqual(['series.ndjson has a row whose histogram cannot be read']);
    expect(await problems({ series: plus(series, requests(20, 5, { faults: ['other'] })) })).toEqual(['series.ndjson names a fault that the timeline does not know']);
  });

  it('finds negative readings of a process', async () => {
    const { resources } = runStreams();
    expect(await problems({ resources: [...resources, { second: startSecond + 20, process: 'api', cpuSeconds: -1 }] })).toEqual(['resources.ndjson has a negative reading of api']);
  });

  it('without a load gives nothing to judge by', async () => {
    const all = await measured({ timeline: [], series: [] });
    expect(all.endpoints).toEqual([]);
    const verdict = judge({ plan, measurements: all, findings: fixtureFindings(), stack: fixtureStack() });
    expect(verdict.verdict).toBe('INVALID');
  });
});
