import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatasetFile } from '../../harness/contracts/stack.ts';
import { parseMetrics } from '../../harness/metrics/prometheus.ts';
import { loadSettings } from '../../harness/plan/plan.ts';
import { ensureTools } from '../../harness/setup/tools.ts';
import type { Stack } from '../../harness/stack/api.ts';
import { startNativeStack } from '../../harness/stack/native/start.ts';
import type { ProcessRestart, Supervisor } from '../../harness/supervisor/api.ts';
import { startSupervisor } from '../../harness/supervisor/client.ts';
import { prepareTicketing } from '../../harness/targets/ticketing/prepare.ts';
import { projectRoot } from '../support/cli.ts';
import { eventually } from '../support/service.ts';

/** Two replicas behind HAProxy on a stack of their own: what a buyer notices when a process of the service dies. */
const folder = mkdtempSync(join(tmpdir(), 'replicas-test-'));
const SEATS_EACH = 1000;
const LANES = 6;
let supervisor: Supervisor;
let stack: Stack;
let dataset: DatasetFile;
let pool: pg.Pool;
const restarts: ProcessRestart[] = [];

beforeAll(async () => {
  chmodSync(folder, 0o755);
  const workDir = join(folder, 'work');
  const logDir = join(folder, 'logs');
  mkdirSync(workDir, { mode: 0o755 });
  mkdirSync(logDir);
  supervisor = await startSupervisor({ stateDir: join(folder, 'state') });
  await supervisor.ownFolder(workDir);
  supervisor.onRestart((restart) => restarts.push(restart));
  const tools = await ensureTools(() => {}, { haproxy: true });
  stack = await startNativeStack({ supervisor, tools, workDir, logDir, report: () => {}, topology: { replicas: 2, restart: true, heapMb: 256, extras: [] } });
  dataset = await prepareTicketing({
    stack,
    dataset: { schedules: 1, seatsPerSchedule: 2 * SEATS_EACH, priceKrw: 50_000 },
    settings: { ...loadSettings, QUEUE_ACTIVE_CAP: '1000', QUEUE_ADMISSION_PER_SECOND: '1000' },
    runId: 'replicas',
    serviceDir: join(projectRoot, 'service'),
  });
  pool = new pg.Pool({ connectionString: stack.urls.postgresDirect(dataset.database), max: 2 });
  pool.on('error', () => {});
});
afterAll(async () => {
  await pool?.end();
  await supervisor?.close();
  rmSync(folder, { recursive: true, force: true });
});

const pidOf = (name: string): number => stack.components().find((component) => component.name === name)?.handle?.pid ?? 0;

/** "UP", "DOWN" … of each replica, as HAProxy has it. */
async function states(): Promise<Record<string, string>> {
  const csv = await (await fetch(`${stack.urls.balancer}/;csv`)).text();
  const [head = '', ...lines] = csv.trim().split('\n');
  const names = head.replace(/^# /, '').split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((value, index) => [names[index] ?? '', value])));
  return Object.fromEntries(rows.filter(({ pxname, svname }) => pxname === 'ready' && svname?.startsWith('api-')).map(({ svname, status }) => [svname ?? '', status ?? '']));
}

async function requestsOf(name: string): Promise<number> {
  const url = stack.urls.service.find((process) => process.name === name)?.url;
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Object.values(parseMetrics(metrics, (series) => series === 'http_requests_total')).reduce((sum, count) => sum + count, 0);
}

interface Answer {
  /** 0: no answer */
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function call(method: string, path: string, headers: Record<string, string> = {}, body?: object): Promise<Answer> {
  try {
    const response = await fetch(`${stack.urls.api}${path}`, { method, headers: { ...(body && { 'content-type': 'application/json' }), ...headers }, ...(body && { body: JSON.stringify(body) }), signal: AbortSignal.timeout(5000) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  } catch {
    return { status: 0, body: {} };
  }
}

async function activeToken(user: string): Promise<string> {
  const { status, body } = await call('POST', '/queue/token', {}, { userId: user });
  expect(status, JSON.stringify(body)).toBe(201);
  const token = String(body['tokenValue']);
  await eventually(`${user} is let in`, async () => (await call('GET', '/queue/token', { 'x-queue-token': token })).body['status'] === 'ACTIVE', 30_000);
  return token;
}

/** One buyer after the other for a seat each, `width` at once, each asking again with the same key until there is an answer. */
class Trickle {
  readonly failures: number[] = [];
  readonly answers: string[] = [];
  readonly done: Promise<void[]>;
  stopped = false;

  constructor(tokens: readonly string[], width: number, firstSeat: number) {
    let seat = firstSeat;
    this.done = Promise.all(
      Array.from({ length: width }, async (_none, lane) => {
        while (!this.stopped && seat < firstSeat + SEATS_EACH) await this.#reserve(tokens[lane % tokens.length]!, seat++);
      }),
    );
  }

  async #reserve(token: string, seatNo: number): Promise<void> {
    const headers = { 'x-queue-token': token, 'idempotency-key': randomUUID() };
    for (;;) {
      const { status, body } = await call('POST', '/reservations', headers, { scheduleId: dataset.schedules[0], seatNo });
      // A trickle: what is asked here is what becomes of each request, not how many there can be.
      await sleep(10);
      // A place or seat that the killed process still held is free in a moment: the API says to ask again.
      if (status !== 0 && status < 500 && body['retryable'] !== true) return void this.answers.push(`${status} ${body['code'] ?? ''}`.trim());
      if (status === 0 || status >= 500) this.failures.push(status);
    }
  }
}

test('both replicas serve, worker and consumer answer for themselves', async () => {
  await eventually('both are up', async () => Object.values(await states()).every((state) => state === 'UP'));
  await activeToken('first');
  for (let i = 0; i < 10; i++) expect((await call('GET', '/concerts/concert_1/schedules')).status).toBe(200);
  expect(await requestsOf('api-1')).toBeGreaterThan(2);
  expect(await requestsOf('api-2')).toBeGreaterThan(2);
  expect(stack.urls.service.map(({ name }) => name)).toEqual(['api-1', 'api-2', 'worker', 'consumer']);
  for (const { url } of stack.urls.service) expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect(stack.components().map(({ name }) => name)).toEqual(expect.arrayContaining(['haproxy', 'api-1', 'api-2', 'worker', 'consumer', 'gateway']));
});

test('a replica killed under load costs at most its requests in flight; a retry has one effect; it is left out, and comes back', async () => {
  const tokens = await Promise.all(Array.from({ length: 8 }, (_none, index) => activeToken(`trickle-${index}`)));
  const trickle = new Trickle(tokens, LANES, 1);
  await sleep(400);
  const pid = pidOf('api-1');
  process.kill(pid, 'SIGKILL');
  const killedMs = Date.now();
  await eventually('HAProxy leaves it out', async () => (await states())['api-1']?.startsWith('DOWN'), 2000);
  expect(Date.now() - killedMs).toBeLessThan(2000);
  await eventually('it is started again', async () => pidOf('api-1') !== pid);
  await eventually('HAProxy has it back', async () => (await states())['api-1'] === 'UP', 30_000);
  trickle.stopped = true;
  await trickle.done;
  // Each lane has one request in flight at most, also in the moment in which the kernel takes the process apart.
  expect(trickle.failures.length, `failures: ${trickle.failures}`).toBeLessThanOrEqual(LANES);
  expect([...new Set(trickle.answers)]).toEqual(['201']);
  const { rows } = await pool.query<{ reservations: string; seats: string }>('SELECT count(*) AS reservations, count(DISTINCT seat_no) AS seats FROM reservations');
  expect(rows[0]).toEqual({ reservations: String(trickle.answers.length), seats: String(trickle.answers.length) });
  await eventually('the new process serves', async () => (await call('GET', '/concerts/concert_1/schedules')).status === 200 && (await requestsOf('api-1')) > 0);
});

test('a replica that is told to end finishes what it has', async () => {
  const tokens = await Promise.all(Array.from({ length: 8 }, (_none, index) => activeToken(`orderly-${index}`)));
  const trickle = new Trickle(tokens, 4, SEATS_EACH + 1);
  await sleep(200);
  const pid = pidOf('api-2');
  process.kill(pid, 'SIGTERM');
  await eventually('it is started again', async () => pidOf('api-2') !== pid);
  await eventually('HAProxy has it back', async () => (await states())['api-2'] === 'UP', 30_000);
  trickle.stopped = true;
  await trickle.done;
  expect(trickle.failures).toEqual([]);
  expect(trickle.answers.length).toBeGreaterThan(10);
});

test('a worker that dies is started again and lets people in', async () => {
  const pid = pidOf('worker');
  process.kill(pid, 'SIGKILL');
  await eventually('it is started again', async () => restarts.some(({ handle }) => handle.name === 'worker') && pidOf('worker') !== pid);
  await activeToken('after-the-worker');
});

test('without any replica a buyer gets a 503 of the documented shape, and the time to come back', async () => {
  await Promise.all(['api-1', 'api-2'].map((name) => supervisor.stop(name)));
  const response = await fetch(`${stack.urls.api}/queue/token`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  expect(response.status).toBe(503);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await response.json()).toMatchObject({ status: 503, code: 'NO_REPLICA', retryable: true, traceId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
});
