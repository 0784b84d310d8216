import type { Plan } from '../../harness/contracts/plan.ts';
import type { ResourceRow } from '../../harness/contracts/resources.ts';
import type { ArtefactStream } from '../../harness/contracts/run-folder.ts';
import type { SeriesRow } from '../../harness/contracts/series.ts';
import type { TimelineEvent } from '../../harness/contracts/timeline.ts';
import type { MeasureInput } from '../../harness/metrics/measure/measure.ts';
import { LatencyCounts } from '../../reports/stats/histogram.ts';
import { fixturePlan, loadStartMs } from './fixtures.ts';

/** The streams of a run of opening-redis-down as they are on disk: 100 good requests a second, Redis down from 40 s to 55 s. */
export interface RunStreams {
  plan: Plan;
  series: SeriesRow[];
  timeline: TimelineEvent[];
  resources: ResourceRow[];
}

export const startSecond = loadStartMs / 1000;
/** Milliseconds after the start of the load as epoch milliseconds. */
export const atMs = (offsetMs: number): number => loadStartMs + offsetMs;

export const windowMs = { apply: 40_000, verified: 40_600, undo: 55_000, gone: 56_400 } as const;

export function encoded(latencyMs: number, count: number): string {
  const latencies = new LatencyCounts();
  latencies.add(Math.round(latencyMs * 1000), count);
  return latencies.encode();
}

/** The rows with some more, in the order of time. */
export const plus = (series: readonly SeriesRow[], ...more: readonly SeriesRow[]): SeriesRow[] => [...series, ...more].sort((a, b) => a.second - b.second);

/** `count` requests that ended in second `t` of the load. */
export function requests(t: number, count: number, overrides: Partial<SeriesRow> & { latencyMs?: number } = {}): SeriesRow {
  const { latencyMs = 10, ...rest } = overrides;
  return { second: startSecond + t, generator: 0, endpoint: 'POST /payments', class: '2xx', faults: [], count, histogram: encoded(latencyMs, count), ...rest };
}

export function arrivals(t: number, count: number, overrides: Partial<SeriesRow> = {}): SeriesRow {
  return { second: startSecond + t, generator: 0, endpoint: '(arrival)', class: '2xx', faults: [], count, ...(overrides.class !== 'dropped' && { lateness: encoded(3, count), journeys: { ended: count, ms: 3000 * count } }), ...overrides };
}

/** Rows of one second; seconds that a fault's edge cuts have rows with and without it. */
function seriesOfSecond(t: number): SeriesRow[] {
  const users = t < 10 ? 7 : 34;
  if (t >= 80) return [requests(t, 10)];
  if (t < 40 || t > 56) return [requests(t, 80), requests(t, 20, { endpoint: 'GET /queue/token', latencyMs: 4 }), arrivals(t, users)];
  const faults = ['redis-down'];
  const slow = [requests(t, 100, { faults, latencyMs: 60 }), arrivals(t, users, { faults })];
  return t < 56 ? slow : [requests(t, 40, { faults, latencyMs: 60 }), requests(t, 60), arrivals(t, 14, { faults }), arrivals(t, 20)];
}

function probes(): TimelineEvent[] {
  return Array.from({ length: 86 * 4 }, (_, i) => i * 250).flatMap((offsetMs): TimelineEvent[] => {
    const down = offsetMs >= windowMs.apply && offsetMs < windowMs.undo;
    const tMs = atMs(offsetMs);
    return [
      { tMs, event: 'canary', watch: 'redis-down redis', ok: !down, holds: down, latencyMs: 1 },
      { tMs, event: 'sign', watch: 'redis-down redis', value: 5 + 2 * Math.max(0, Math.min(offsetMs, windowMs.undo) - windowMs.apply) },
      ...(offsetMs % 500 === 0 ? [{ tMs, event: 'health' as const, ok: !(down && offsetMs > windowMs.apply), status: down && offsetMs > windowMs.apply ? 503 : 200, latencyMs: 3 }] : []),
    ];
  });
}

/** What the generators say they have sent. */
export const samplesOf = (series: readonly SeriesRow[]): TimelineEvent => ({
  tMs: atMs(84_100),
  event: 'samples',
  requests: series.filter(({ endpoint, class: outcome }) => endpoint !== '(arrival)' && outcome !== 'bad-body').reduce((sum, { count }) => sum + count, 0),
  lost: 0,
  acknowledged: acknowledgedIn(series),
  lookedAt: acknowledgedIn(series),
});

const acknowledgedIn = (series: readonly SeriesRow[]): number => series.filter(({ endpoint, class: outcome }) => endpoint !== '(arrival)' && outcome === '2xx').reduce((sum, { count }) => sum + count, 0);

export function runStreams(overrides: Partial<RunStreams> = {}): RunStreams {
  const series = overrides.series ?? Array.from({ length: 84 }, (_, t) => seriesOfSecond(t)).flat();
  const events: TimelineEvent[] = [
    { tMs: atMs(0), event: 'load-start', plannedMs: 80_000 },
    { tMs: atMs(windowMs.apply), event: 'fault-apply', fault: 'redis-down', sign: { what: 'failed calls to redis, counted by the service', rule: 'grows' } },
    { tMs: atMs(windowMs.verified), event: 'fault-verified', fault: 'redis-down', evidence: 'canary failed' },
    { tMs: atMs(windowMs.undo), event: 'fault-undo', fault: 'redis-down' },
    { tMs: atMs(windowMs.gone), event: 'fault-gone', fault: 'redis-down', evidence: 'canary answered' },
    { tMs: atMs(80_004), event: 'load-end' },
    { tMs: atMs(84_000), event: 'generator-exit', generator: 0, code: 0, planned: true },
    { tMs: atMs(86_000), event: 'drain-end', drained: true, detail: 'outbox empty' },
    samplesOf(series),
    ...probes(),
  ];
  return {
    plan: fixturePlan(),
    series,
    timeline: events.sort((a, b) => a.tMs - b.tMs),
    resources: Array.from({ length: 86 }, (_, t) => t).flatMap((t): ResourceRow[] => [
      { second: startSecond + t, process: 'api', cpuSeconds: 10 + 0.5 * t, memoryBytes: 1e8 + t, gauges: { distributed_lock_attempts_total: 30 * t, 'distributed_lock_acquisition_failed_total{reason="timeout"}': 0, db_pool_active: 3 } },
      { second: startSecond + t, process: 'k6-0', cpuSeconds: 0.25 * t, memoryBytes: 2e8 },
      { second: startSecond + t, process: 'machine', cpuSeconds: 100 + 1.5 * t, gauges: { clock_ahead_ms: 0.1 * (t % 2) } },
    ]),
    ...overrides,
  };
}

/** Rows as the store gives them; `defects` are what it found wrong with the file. */
export function stream<Row>(rows: readonly Row[], defects: readonly string[] = []): ArtefactStream<Row> {
  return {
    *rows() {
      yield* rows;
    },
    defects,
  };
}

export const inputOf = ({ plan, series, timeline, resources }: RunStreams): MeasureInput => ({ plan, series: stream(series), timeline: stream(timeline), resources: stream(resources) });
