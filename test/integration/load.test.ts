import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bus } from '../../harness/contracts/bus.ts';
import { ARRIVAL } from '../../harness/contracts/endpoint.ts';
import { UsageError } from '../../harness/contracts/fail.ts';
import { HistoryLine } from '../../harness/contracts/history.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import type { SeriesRow } from '../../harness/contracts/series.ts';
import type { TimelineEvent } from '../../harness/contracts/timeline.ts';
import { inspectScript } from '../../harness/load/inspect.ts';
import type { K6Paths } from '../../harness/load/k6-command.ts';
import { type Load, type LoadResult, startLoad } from '../../harness/load/load.ts';
import { decodeHistogram } from '../../harness/metrics/histogram.ts';
import { projectRoot } from '../../harness/root.ts';
import { ensureTools } from '../../harness/setup/tools.ts';
import { readNdjson } from '../../harness/store/ndjson.ts';
import type { Supervisor } from '../../harness/supervisor/api.ts';
import { startSupervisor } from '../../harness/supervisor/client.ts';
import { fixturePlan } from '../support/fixtures.ts';
import { type FakeService, startFakeService } from './load-fake-service.ts';

let k6Path: string;
let folder: string;
let supervisor: Supervisor;

beforeAll(async () => {
  ({ k6: k6Path } = await ensureTools(() => undefined));
  folder = mkdtempSync(join(tmpdir(), 'gatecrash-load-'));
  supervisor = await startSupervisor({ stateDir: join(folder, 'state') });
});
afterAll(async () => {
  await supervisor.close();
  rmSync(folder, { recursive: true });
});

function newPaths(): K6Paths {
  const run = mkdtempSync(join(folder, 'run-'));
  const [runDir, workDir] = [join(run, 'run'), join(run, 'work')];
  mkdirSync(join(runDir, 'logs'), { recursive: true });
  mkdirSync(workDir);
  return { k6Path, projectDir: projectRoot, runDir, workDir };
}

function plan(load: Partial<Plan['load']> = {}): Plan {
  const base = fixturePlan();
  return {
    ...base,
    load: { ...base.load, warmupMs: 0, durationMs: 3000, drainMs: 8000, vusMax: 60, settings: { thinkMs: 20, schedules: 2, price: 50_000 }, startPerSecond: 12.5, stages: [{ durationMs: 3000, targetPerSecond: 12.5 }], arrivalsPlanned: 37, ...load },
    documentedStatuses: { 'POST /reservations': [201, 409, 503] },
  };
}

interface Seen {
  readonly rows: SeriesRow[];
  readonly timeline: TimelineEvent[];
  readonly seconds: number[];
  readonly load: Load;
  readonly paths: K6Paths;
}

async function start(fake: FakeService, thePlan: Plan, paths = newPaths()): Promise<Seen> {
  const bus = new Bus();
  const rows: SeriesRow[] = [];
  const timeline: TimelineEvent[] = [];
  const seconds: number[] = [];
  bus.on('series', (row) => rows.push(row)).on('timeline', (event) => timeline.push(event)).on('second-closed', (second) => seconds.push(second));
  const load = await startLoad({ plan: thePlan, apiUrl: fake.url, supervisor, bus, ...paths });
  return { rows, timeline, seconds, load, paths };
}

const isRequest = (row: SeriesRow): boolean => row.histogram !== undefined;
const sum = (rows: readonly SeriesRow[]): number => rows.reduce((total, { count }) => total + count, 0);
const eventsOf = <E extends TimelineEvent['event']>(timeline: readonly TimelineEvent[], event: E): Extract<TimelineEvent, { event: E }>[] =>
  timeline.filter((one): one is Extract<TimelineEvent, { event: E }> => one.event === event);

async function history(thePlan: Plan, { runDir }: K6Paths): Promise<{ lines: HistoryLine[]; defects: readonly string[] }> {
  const stream = readNdjson(join(runDir, 'history.ndjson'), 'history', thePlan.runId, HistoryLine);
  return { lines: [...stream.rows()], defects: stream.defects };
}

/** Requests the fold saw, by endpoint. */
function byEndpoint(rows: readonly SeriesRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { endpoint, count } of rows.filter(isRequest)) counts[endpoint] = (counts[endpoint] ?? 0) + count;
  return counts;
}

describe('a load', () => {
  let seen: Seen;
  let result: LoadResult;
  let fake: FakeService;
  const thePlan = plan({ settings: { thinkMs: 20, ownReadShare: 1, seatReadShare: 1 } });

  beforeAll(async () => {
    fake = await startFakeService([
      { endpoint: 'GET /reservations/:id', every: 6, status: 404 },
      { endpoint: 'POST /reservations', every: 5, status: 409 },
      { endpoint: 'POST /payments', every: 7, status: 503 },
      { endpoint: 'POST /points/charge', every: 11, status: 418 },
    ]);
    seen = await start(fake, thePlan);
    result = await seen.load.done;
    return () => fake[Symbol.asyncDispose]();
  });

  it('counts every request exactly once', () => {
    const served: Record<string, number> = {};
    for (const [key, count] of fake.answered) {
      const endpoint = key.slice(0, key.lastIndexOf(' '));
      served[endpoint] = (served[endpoint] ?? 0) + count;
    }
    expect(byEndpoint(seen.rows)).toEqual(served);
    expect(result).toMatchObject({ lostRows: 0, requests: sum(seen.rows.filter(isRequest)) });
    expect(seen.rows.filter(isRequest).reduce((total, { histogram }) => total + decodeHistogram(histogram ?? '').totalCount, 0)).toBe(result.requests);

    const ofClass = (endpoint: string, outcome: string): number => sum(seen.rows.filter((row) => row.endpoint === endpoint && row.class === outcome));
    expect(ofClass('POST /reservations', '4xx')).toBe(fake.answered.get('POST /reservations 409'));
    expect(ofClass('POST /payments', '5xx')).toBe(fake.answered.get('POST /payments 503'));
    expect(ofClass('POST /points/charge', '4xx')).toBe(fake.answered.get('POST /points/charge 418'));
  });

  it('counts the arrivals of the plan', () => {
    // 12.5/s for 3 s; one more or less at the edges.
    const arrivals = sum(seen.rows.filter((row) => row.endpoint === ARRIVAL && row.class === '2xx'));
    expect(arrivals).toBeGreaterThanOrEqual(36);
    expect(arrivals).toBeLessThanOrEqual(38);
    expect(fake.answered.get('POST /queue/token 201')).toBe(arrivals);
  });

  it('tells when it began and ended, in the times at which it did', async () => {
    const [loadStart] = eventsOf(seen.timeline, 'load-start');
    const [loadEnd] = eventsOf(seen.timeline, 'load-end');
    expect(await seen.load.started).toBe(loadStart?.tMs);
    expect(loadStart?.plannedMs).toBe(3000);
    expect((loadEnd?.tMs ?? 0) - (loadStart?.tMs ?? 0)).toBeGreaterThanOrEqual(3000);
    expect((loadEnd?.tMs ?? 0) - (loadStart?.tMs ?? 0)).toBeLessThan(3500);
    expect(eventsOf(seen.timeline, 'generator-exit')).toMatchObject([{ generator: 0, code: 0, planned: true }]);
    expect(eventsOf(seen.timeline, 'note')).toEqual([]);
  });

  it('closes every second once, in order', () => {
    const first = seen.seconds[0] ?? 0;
    expect(seen.seconds).toEqual(seen.seconds.map((_, index) => first + index));
    expect(seen.seconds.length).toBeGreaterThanOrEqual(4);
  });

  it('writes a history that is whole: each operation invoked and completed, with what was acknowledged', async () => {
    const { lines, defects } = await history(thePlan, seen.paths);
    expect(defects).toEqual([]);
    const invoked = lines.filter((line) => line.e === 'invoke');
    const completed = lines.filter((line) => line.e === 'complete');
    expect(new Set(invoked.map(({ id }) => id)).size).toBe(invoked.length);
    expect(completed.map(({ id }) => id).sort()).toEqual(invoked.map(({ id }) => id).sort());
    const operations = ['POST /queue/token', 'POST /points/charge', 'POST /reservations', 'POST /payments'];
    expect(invoked.length).toBe(operations.reduce((total, endpoint) => total + (byEndpoint(seen.rows)[endpoint] ?? 0), 0));
    const outcomes = (op: string, outcome: string): number => {
      const ids = new Set(invoked.filter((line) => line.op === op).map(({ id }) => id));
      return completed.filter((line) => ids.has(line.id) && line.outcome === outcome).length;
    };
    expect(outcomes('reserve', 'fail')).toBe(fake.answered.get('POST /reservations 409'));
    expect(outcomes('pay', 'unknown')).toBe(fake.answered.get('POST /payments 503'));
    expect(outcomes('pay', 'ok')).toBe(fake.answered.get('POST /payments 201'));
    // What is unknown is sent again with the same key, as an operation of its own.
    const retried = invoked.filter((line) => line.op === 'pay').map(({ user, key }) => `${user} ${key}`);
    expect(retried.length - new Set(retried).size).toBeGreaterThan(0);
  });

  it('writes what users saw: their own reservations, also that there is none, and which seats a map showed as free', async () => {
    const { lines } = await history(thePlan, seen.paths);
    const looks = lines.filter((line) => line.e === 'look');
    const own = looks.filter((look) => look.of === 'reservation');
    const missing = own.filter(({ saw }) => saw === 'MISSING').length;
    expect(own.length - missing).toBe(fake.answered.get('GET /reservations/:id 200'));
    expect(missing).toBe(fake.answered.get('GET /reservations/:id 404'));
    expect(own.every(({ fromMs, tMs, saw }) => fromMs <= tMs && ['HELD', 'MISSING'].includes(saw))).toBe(true);
    const maps = looks.filter((look) => look.of === 'seats');
    expect(maps).toHaveLength(byEndpoint(seen.rows)['GET /concerts/schedules/:id/seats'] ?? 0);
    expect(new Set(maps.map(({ first, free }) => `${first} ${free}`))).toEqual(new Set([`1 ${'7'.repeat(50)}`]));
    const numbered = lines.flatMap((line) => (line.e === 'complete' ? [] : [line.id]));
    expect(new Set(numbered).size).toBe(numbered.length);
  });

  it('leaves no FIFO, and of the logs only that of k6', () => {
    expect(readdirSync(seen.paths.workDir).filter((name) => name.endsWith('.csv'))).toEqual([]);
    expect(readdirSync(join(seen.paths.runDir, 'logs'))).toEqual(['k6-0.log']);
  });
});

it('shares a load between generators by segments: the arrivals of all are those of the plan, and no user comes twice', async () => {
  const thePlan = plan({
    generators: [
      { index: 0, segment: '0:1/2', sequence: '0,1/2,1' },
      { index: 1, segment: '1/2:1', sequence: '0,1/2,1' },
    ],
  });
  await using fake = await startFakeService();
  const { rows, load, timeline, paths } = await start(fake, thePlan);
  await load.done;
  const started = [0, 1].map((generator) => sum(rows.filter((row) => row.endpoint === ARRIVAL && row.generator === generator)));
  expect((started[0] ?? 0) + (started[1] ?? 0)).toBeGreaterThanOrEqual(36);
  expect((started[0] ?? 0) + (started[1] ?? 0)).toBeLessThanOrEqual(39);
  expect(Math.abs((started[0] ?? 0) - (started[1] ?? 0))).toBeLessThanOrEqual(2);
  expect(eventsOf(timeline, 'generator-exit').map(({ generator, planned }) => [generator, planned]).sort()).toEqual([[0, true], [1, true]]);
  const { lines, defects } = await history(thePlan, paths);
  expect(defects).toEqual([]);
  const users = lines.flatMap((line) => (line.e === 'invoke' && line.op === 'token' ? [line.user] : []));
  expect(new Set(users).size).toBe(users.length);
});

it('tells that k6 was killed in mid-run, and ends without hanging', async () => {
  const thePlan = plan({ durationMs: 20_000, stages: [{ durationMs: 20_000, targetPerSecond: 12.5 }] });
  await using fake = await startFakeService();
  const { timeline, load, rows, paths } = await start(fake, thePlan);
  await load.started;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  process.kill(load.generators[0]?.pid ?? 0, 'SIGKILL');
  const { exits } = await load.done;
  expect(exits).toMatchObject([{ code: null, signal: 'SIGKILL', planned: false }]);
  expect(eventsOf(timeline, 'generator-exit')).toMatchObject([{ generator: 0, code: null, signal: 'SIGKILL', planned: false }]);
  expect(eventsOf(timeline, 'load-end')).toHaveLength(1);
  expect(sum(rows.filter(isRequest))).toBeGreaterThan(0);
  expect(existsSync(join(paths.workDir, 'k6-0.csv'))).toBe(false);
  // Nothing is lost of the history: every line was on disk before the request was sent.
  const { lines, defects } = await history(thePlan, paths);
  expect(defects).toEqual([]);
  const invoked = lines.filter((line) => line.e === 'invoke').length;
  const operations = [...fake.answered].filter(([key]) => key.startsWith('POST')).reduce((total, [, count]) => total + count, 0);
  expect(invoked).toBeGreaterThanOrEqual(operations);
});

it('stops early when asked, as planned', async () => {
  await using fake = await startFakeService();
  const { timeline, load } = await start(fake, plan({ durationMs: 20_000, stages: [{ durationMs: 20_000, targetPerSecond: 5 }] }));
  await load.started;
  await load.stop();
  expect(eventsOf(timeline, 'generator-exit')).toMatchObject([{ planned: true }]);
  await load.done;
});

it('tells when k6 ends before it sent anything', async () => {
  const paths = newPaths();
  const script = join(paths.workDir, 'broken.ts');
  writeFileSync(script, 'throw new Error("no");');
  await using fake = await startFakeService();
  const { timeline, load } = await start(fake, plan({ script }), paths);
  const { requests } = await load.done;
  expect(requests).toBe(0);
  expect(await load.started).toBeNull();
  expect(eventsOf(timeline, 'generator-exit')).toMatchObject([{ code: 107, planned: false }]);
  expect(eventsOf(timeline, 'load-start')).toEqual([]);
});

describe('the script is read before anything is started', () => {
  it('passes one that k6 can run', async () => {
    await inspectScript({ plan: plan(), supervisor, ...newPaths() });
  });

  it("refuses one that k6 cannot run, with k6's own words", async () => {
    const paths = newPaths();
    const script = join(paths.workDir, 'wrong.ts');
    writeFileSync(script, 'import x from "./not-there.ts"; export default function () { x(); }');
    const error = await inspectScript({ plan: plan({ script }), supervisor, ...paths }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain('not-there.ts');
  });
});
