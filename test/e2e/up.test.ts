import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheDirOf } from '../../harness/setup/paths.mjs';
import type { UpFile } from '../../harness/up/up-file.ts';
import { Cli, listeningPorts, processes, projectRoot, survivors, type ProcessInfo } from '../support/cli.ts';
import { eventually } from '../support/service.ts';

/** `up` and its companions as a user calls them, with a state folder of their own: a stack of the user's is not touched. */
let folder: string;
let env: Record<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatecrash-e2e-'));
  chmodSync(folder, 0o755);
  const [cache, temporary] = [join(folder, 'cache'), join(folder, 'tmp')] as const;
  mkdirSync(cache);
  mkdirSync(temporary);
  chmodSync(temporary, 0o1777);
  const real = cacheDirOf(process.env);
  for (const name of existsSync(real) ? readdirSync(real) : []) if (name !== 'state' && name !== 'locks') symlinkSync(join(real, name), join(cache, name));
  env = { GATECRASH_CACHE: cache, TMPDIR: temporary };
});
afterAll(async () => {
  await gatecrash('down');
  rmSync(folder, { recursive: true, force: true });
});

async function gatecrash(...args: string[]): Promise<{ code: number | null; output: string }> {
  await using cli = new Cli(args, env);
  const { code } = await cli.done;
  return { code, output: cli.output };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const jsonOf = <T>(output: string): T => JSON.parse(output.slice(output.indexOf('{\n'), output.lastIndexOf('\n}') + 2)) as T;

interface Status {
  up: boolean;
  components: { name: string; pid: number | null; port: number | null; ok: boolean }[];
}
const status = async (): Promise<Status & { code: number | null }> => {
  const { code, output } = await gatecrash('status', '--json');
  return { code, ...jsonOf<Status>(output) };
};

async function up(port: number, ...args: string[]): Promise<{ file: UpFile; family: ProcessInfo[]; ports: number[] }> {
  const { code, output } = await gatecrash('up', '--port', String(port), '--json', ...args);
  expect(code, output).toBe(0);
  const pids = new Set((await status()).components.map(({ pid }) => pid));
  const file = jsonOf<UpFile>(output);
  return { file, family: processes().filter(({ pid }) => pids.has(pid)), ports: [port, ...file.components.flatMap(({ directPort, proxyPort }) => [directPort, proxyPort]).filter((one) => one !== undefined)] };
}

async function expectNothingLeft({ family, ports }: { family: readonly ProcessInfo[]; ports: readonly number[] }): Promise<void> {
  expect(await survivors(family, 5000)).toEqual([]);
  const listening = listeningPorts();
  expect(ports.filter((port) => listening.has(port))).toEqual([]);
  expect(readdirSync(env['TMPDIR']!).filter((name) => !name.startsWith('node-compile-cache'))).toEqual([]);
  expect(readdirSync(join(env['GATECRASH_CACHE']!, 'state'))).toEqual([]);
}

/** From the queue to a confirmed seat, as a script does it that names its user. */
async function buy(api: string): Promise<unknown> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const call = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${api}${path}`, { method, headers: { ...headers, 'idempotency-key': randomUUID() }, ...(body && { body: JSON.stringify(body) }) });
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  headers['x-queue-token'] = String((await call('POST', '/queue/token', { userId: 'user_1' }))['tokenValue']);
  await eventually('the buyer is let in', async () => (await call('GET', '/queue/token'))['status'] === 'ACTIVE');
  await call('POST', '/points/charge', { amount: 50_000 });
  const { reservationId } = await call('POST', '/reservations', { scheduleId: 'schedule_1', seatNo: 7 });
  return (await call('POST', '/payments', { reservationId, amount: 50_000 }))['status'];
}

/** The session of docs/api.md as it is printed, but for the port; gives all that it prints. */
async function printedSession(port: number): Promise<string> {
  const docs = readFileSync(resolve(projectRoot, 'docs/api.md'), 'utf8');
  const [, session = ''] = /^```console\n(.*?)^```/ms.exec(docs) ?? [];
  const lines = session.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
  expect(lines.length).toBeGreaterThan(10);
  const api = `http://127.0.0.1:${port}`;
  // The first log-in of a process that has just started may take longer than a request may on a busy machine.
  await eventually('a log-in is answered in time', async () => {
    const response = await fetch(`${api}/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"userId":"nobody","password":"no password"}' });
    return response.status === 401 || (await sleep(2000));
  }, 30_000);
  const run = promisify(execFile)('bash', ['-eu', '-c', lines.join('\n').replace('http://127.0.0.1:3000', api)], { timeout: 60_000 });
  return await run.then(({ stdout }) => stdout, (error: { stdout?: string }) => error.stdout ?? String(error));
}

/** A run on the stack that is up, killed in the middle of its fault: the fault goes, the load ends, the opening is served again. */
async function killedRun({ urls, dataset }: UpFile): Promise<void> {
  await using run = new Cli(['run', 'test/kills/many-faults.yaml', '--stack', 'up', '--out', join(folder, 'runs')], env);
  await run.printed(/ON, verified/, 60_000);
  expect(await brokenProxies(urls['toxiproxy']!)).not.toEqual([]);
  const family = run.family();
  run.signalGroup('SIGKILL');
  expect(await survivors(family, 20_000)).toEqual([]);
  expect(await brokenProxies(urls['toxiproxy']!)).toEqual([]);
  const seats = await eventually('the opening is served again', async () => {
    const response = await fetch(`${urls['api']}/concerts/schedules/schedule_1/seats`);
    return response.ok && ((await response.json()) as { seats: unknown[] }).seats;
  });
  expect(seats).toHaveLength(dataset.seatsPerSchedule);
  expect(await status()).toMatchObject({ code: 0, up: true });
}

/** Names of proxies that are closed or have a toxic. */
async function brokenProxies(toxiproxy: string): Promise<string[]> {
  const proxies = (await (await fetch(`${toxiproxy}/proxies`)).json()) as Record<string, { enabled: boolean; toxics: unknown[] }>;
  return Object.entries(proxies).flatMap(([name, { enabled, toxics }]) => (enabled && toxics.length === 0 ? [] : [name]));
}

test('a stack stays up for buyers, outlives a run on it that is killed, comes back when the service dies, and is cleaned up when its supervisor is killed', async () => {
  const port = await freePort();
  const stack = await up(port, '--set', 'AUTH_MODE=trust');
  expect(stack.file.urls['api']).toBe(`http://127.0.0.1:${port}`);
  expect(stack.family.length).toBeGreaterThan(8);
  expect(await buy(stack.file.urls['api']!)).toBe('SUCCESS');

  const second = await gatecrash('up', '--port', String(await freePort()));
  expect(second.code).toBe(64);
  expect(second.output).toMatch(/is up already, at http:.*npx gatecrash down/);
  expect(await gatecrash('recover')).toMatchObject({ code: 0, output: expect.stringContaining('nothing to recover') });
  expect(await status()).toMatchObject({ code: 0, up: true });
  expect((await gatecrash('logs', 'api')).output).toContain('service.started');
  expect(await gatecrash('logs', 'apj')).toMatchObject({ code: 64, output: expect.stringContaining('did you mean "api"?') });

  await killedRun(stack.file);
  const api = (await status()).components.find(({ name }) => name === 'api') as { pid: number };
  process.kill(api.pid, 'SIGSTOP');
  expect(await status()).toMatchObject({ code: 1, up: false });
  process.kill(api.pid, 'SIGKILL');
  const back = await eventually('it is back, under another pid', async () => {
    const seen = await status();
    return seen.code === 0 && seen;
  }, 30_000);
  expect(back.components.find(({ name }) => name === 'api')?.pid).not.toBe(api.pid);
  expect((await fetch(`${stack.file.urls['api']}/health`)).status).toBe(200);

  const supervisor = stack.family.find(({ command }) => command.includes('supervisor/main.ts')) as ProcessInfo;
  const family = processes().filter(({ pid }) => back.components.some((component) => component.pid === pid));
  process.kill(supervisor.pid, 'SIGKILL');
  expect(await status()).toMatchObject({ code: 1, up: false });
  expect(await gatecrash('recover')).toMatchObject({ code: 0, output: expect.stringMatching(/stopped: postgres/) });
  await expectNothingLeft({ family, ports: stack.ports });
  expect(await gatecrash('status')).toMatchObject({ code: 1, output: expect.stringContaining('nothing is up') });
});

test('with the seats, settings and replicas of an experiment, a buyer gets from registration to a confirmed seat as docs/api.md prints it; down leaves nothing', async () => {
  const port = await freePort();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
  const refused = await gatecrash('up', '--port', String(port));
  expect(refused).toMatchObject({ code: 64, output: expect.stringMatching(/port \d+ of 127\.0\.0\.1 is taken.*--port/) });
  await new Promise((resolve) => taken.close(resolve));

  await using cli = new Cli(['up', 'chaos/experiments/smoke.yaml', '--port', String(port), '--replicas', '2', '--set', 'HOLD_SECONDS=60'], env);
  expect((await cli.done).code, cli.output).toBe(0);
  for (const line of [`api                  http://127.0.0.1:${port}`, 'schedule_1 … schedule_2: 500 seats', 'QUEUE_ACTIVE_CAP=1000', 'HOLD_SECONDS=60', 'admin key']) expect(cli.output).toContain(line);
  const seen = await status();
  expect(seen.components.map(({ name }) => name)).toEqual(expect.arrayContaining(['haproxy', 'api-1', 'api-2', 'worker', 'consumer']));
  expect(seen).toMatchObject({ code: 0, up: true });
  const said = await printedSession(port);
  expect(said).toMatch(/201 Created.*"status":"CONFIRMED"/s);
  expect(said).not.toContain('"code"');
  const pids = new Set(seen.components.map(({ pid }) => pid));
  const family = processes().filter(({ pid }) => pids.has(pid));
  expect(family.length).toBeGreaterThan(12);
  expect(await gatecrash('down')).toMatchObject({ code: 0, output: expect.stringContaining('nothing of it is left') });
  await expectNothingLeft({ family, ports: [port, ...seen.components.flatMap((component) => component.port ?? [])] });
  expect(await gatecrash('down')).toMatchObject({ code: 0, output: expect.stringContaining('nothing is up') });
});
