import { expect, test } from 'vitest';
import type { Expectation } from '../../../harness/contracts/experiment.ts';
import type { Plan } from '../../../harness/contracts/plan.ts';
import { Expectations } from '../../../harness/metrics/measure/expectations.ts';
import type { HealthProbe } from '../../../harness/metrics/measure/timeline.ts';

const window = { fromMs: 10_000, toMs: 20_000, endMs: 24_000 };
const probe = (tMs: number, state: string | undefined, ok = true): HealthProbe => ({ tMs, ok, status: ok ? 200 : 503, ready: undefined, state, latencyMs: 1 });

/** What became of an expectation, given a reading of each process in each second. */
function seen(expected: Expectation, readings: Record<string, (second: number) => Record<string, number>>, probes: readonly HealthProbe[] = []) {
  const expectations = new Expectations({ faults: [{ expect: expected }] } as unknown as Plan);
  for (let second = 5; second < 25; second++) for (const [process, gauges] of Object.entries(readings)) expectations.add({ second, process, gauges: gauges(second) });
  return expectations.rows(expected, window, probes)[0];
}

const opens = (from: number) => (second: number) => ({ 'breaker_opens_total{dependency="redis"}': second >= from ? 3 : 2 });
const breakers = (on?: string, wanted = true): Expectation => ({ breakers: [{ dependency: 'redis', opens: wanted, ...(on && { on }) }] });

test('a breaker that opens on one replica has opened on any, and not on all', () => {
  const readings = { 'api-1': opens(12), 'api-2': opens(99) };
  expect(seen(breakers(), readings)).toMatchObject({ met: true, saw: 'it opened on api-1' });
  expect(seen(breakers('all'), readings)).toMatchObject({ met: false });
  expect(seen(breakers('api-2'), readings)).toMatchObject({ met: false });
  expect(seen(breakers(undefined, false), readings)).toMatchObject({ met: false });
});

test('a breaker that opened before or after the fault has not opened in it', () => {
  expect(seen(breakers(), { api: opens(8) })).toMatchObject({ met: false });
  expect(seen(breakers(), { api: opens(22) })).toMatchObject({ met: false });
});

test('a breaker that opened is closed again when the load ends, or nobody has come back', () => {
  const closes = (at: number) => (second: number) => ({ ...opens(12)(second), 'breaker_state{dependency="redis"}': second >= 12 && second < at ? 2 : 0 });
  expect(seen(breakers(), { api: closes(22) })).toMatchObject({ met: true });
  expect(seen(breakers(), { api: closes(23) })).toMatchObject({ met: true });
  expect(seen(breakers(), { 'api-1': closes(22), 'api-2': closes(99) })).toMatchObject({ met: false, saw: 'it had not closed on api-2 when the load ended' });
});

test('what was not read is not known, and is not taken for good', () => {
  expect(seen(breakers(undefined, false), { api: () => ({}) })).toMatchObject({ met: null });
  expect(seen({ metrics: [{ metric: 'outbox_pending', moves: 'stays' }] }, { api: () => ({}) })).toMatchObject({ met: null });
  expect(seen({ health: 'up' }, {})).toMatchObject({ met: null });
});

test('a metric grows when its highest reading in the fault is above the last one before', () => {
  const pending = { api: (second: number) => ({ outbox_pending: second === 15 ? 70 : 20 }) };
  const grows = (to?: number): Expectation => ({ metrics: [{ metric: 'outbox_pending', moves: 'grows', ...(to !== undefined && { to }) }] });
  expect(seen(grows(), pending)).toMatchObject({ met: true, saw: 'it grew by 50' });
  expect(seen(grows(50), pending)).toMatchObject({ met: true });
  expect(seen(grows(51), pending)).toMatchObject({ met: false });
  expect(seen({ metrics: [{ metric: 'outbox_pending', moves: 'stays' }] }, pending)).toMatchObject({ met: false });
});

test('health is as bad as it ever was in the fault', () => {
  const probes = [probe(5000, 'NOT_READY', false), probe(11_000, 'READY'), probe(12_000, 'DEGRADED'), probe(25_000, undefined, false)];
  expect(seen({ health: 'degraded' }, {}, probes)).toMatchObject({ met: true });
  expect(seen({ health: 'up' }, {}, probes)).toMatchObject({ met: false, saw: 'it said up, degraded' });
  expect(seen({ health: 'degraded' }, {}, [...probes, probe(13_000, undefined, false)])).toMatchObject({ met: false });
  expect(seen({ health: 'up' }, {}, [probe(11_000, 'READY', false)])).toMatchObject({ met: false });
});

test('health is down when the load balancer is told so by the status, whatever the words are', () => {
  const refused = { ...probe(12_000, 'DEGRADED', false), ready: 503 };
  expect(seen({ health: 'degraded' }, {}, [refused])).toMatchObject({ met: false, saw: 'it said down' });
  expect(seen({ health: 'degraded' }, {}, [{ ...refused, ready: 200 }])).toMatchObject({ met: true });
});
