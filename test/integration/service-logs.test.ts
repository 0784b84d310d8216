import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { buildService } from '../../service/app.ts';
import { parseConfig } from '../../service/config.ts';
import { BrokenGateway } from '../support/broken-gateway.ts';
import { projectRoot } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';
import { eventually, startTestService, type TestService } from '../support/service.ts';

/** The log tells what is asked of it, and a log that nobody takes holds up nothing. */
const undo = new AsyncDisposableStack();
let shop: TestService;
beforeAll(async () => {
  shop = undo.use(await startTestService(inject('stack'), { roles: 'api' }));
});
afterAll(() => undo.disposeAsync());

interface Program extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

async function startProgram(settings: Record<string, string> = {}): Promise<Program> {
  const port = String(await freePort());
  const env = { PATH: process.env['PATH'], ...shop.env, ROLES: 'api', PORT: port, LOG_REQUESTS: 'all', LOG_LEVEL: 'debug', ...settings };
  const child = spawn(process.execPath, [join(projectRoot, 'service/server.ts')], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return { url: `http://127.0.0.1:${port}`, child, ended, [Symbol.asyncDispose]: async () => void (child.kill('SIGKILL'), await ended) };
}
const alive = (url: string) => eventually('the program lives', async () => (await fetch(`${url}/health/live`)).ok, 20_000);

async function linesOf(settings: Record<string, string>, ask: (app: Awaited<ReturnType<typeof buildService>>['app']) => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  const service = await buildService(parseConfig({ ...shop.env, ...settings }), pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) }));
  try {
    await ask(service.app);
  } finally {
    await service.close();
  }
  return lines.filter(({ event }) => String(event).startsWith('http.'));
}

test('a request that fails is one line with all that is needed to look for it; one that succeeds is none', async () => {
  const traceId = 'c'.repeat(32);
  const nowhere = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
  const lines = await linesOf(nowhere, async (app) => {
    await app.inject('/health/live');
    await app.inject({ method: 'POST', url: '/queue/token?secret=1', payload: { userId: 'ann' }, headers: { 'x-trace-id': traceId } });
  });
  expect(lines).toEqual([expect.objectContaining({ event: 'http.request.failed', level: 50, method: 'POST', path: '/queue/token', route: '/queue/token', statusCode: 503, code: 'DATABASE_UNAVAILABLE', traceId, duration: expect.any(Number), error: expect.any(String) })]);
  expect(lines[0]).not.toHaveProperty('stack');
});

test('all requests are told when that is asked for, and none when that is', async () => {
  const ask = (app: Awaited<ReturnType<typeof buildService>>['app']) => app.inject('/health/live');
  expect(await linesOf({ LOG_REQUESTS: 'all' }, ask)).toEqual([expect.objectContaining({ event: 'http.request.completed', path: '/health/live', statusCode: 200 })]);
  expect(await linesOf({ LOG_REQUESTS: 'off' }, ask)).toEqual([]);
});

test('nobody reads the log: requests are served as ever, lines are dropped and counted, and the end is not held up', async () => {
  await using program = await startProgram();
  await alive(program.url);
  // More than the pipe and the buffer hold: about 1.1 MB.
  const longPath = `/${'x'.repeat(3000)}`;
  for (let round = 0; round < 60; round++) await Promise.all(Array.from({ length: 10 }, async () => expect((await fetch(program.url + longPath)).status).toBe(404)));
  const metrics = await (await fetch(`${program.url}/metrics`)).text();
  expect(metrics).toMatch(/telemetry_dropped_total\{reason="log full"\} [1-9]/);
  const startedMs = performance.now();
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(5000);
});

test('the reader of the log has gone: the service lives on', async () => {
  await using program = await startProgram();
  await alive(program.url);
  program.child.stdout?.destroy();
  for (let index = 0; index < 50; index++) expect((await fetch(`${program.url}/nothing`)).status).toBe(404);
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
});

test('a signal that comes twice cuts off nothing: what is in flight is answered, idle connections are closed', async () => {
  await using gateway = await BrokenGateway.listen(shop.env['GATEWAY_URL']!);
  await using program = await startProgram({ GATEWAY_URL: gateway.url, LOG_LEVEL: 'silent' });
  await alive(program.url);
  const { hostname, port } = new URL(program.url);
  const idle = connect(Number(port), hostname);
  await once(idle, 'connect');
  idle.on('error', () => undefined);
  const closed = once(idle, 'close');
  idle.resume();
  idle.write(`GET /health/live HTTP/1.1\r\nHost: ${hostname}\r\nConnection: keep-alive\r\n\r\n`);
  const buyer = await shop.buyer();
  gateway.mishap = 'hangs';
  const inFlight = fetch(`${program.url}/points/charge`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-queue-token': buyer.token, 'idempotency-key': 'twice' }, body: '{"amount":1000}' });
  await eventually('the charge is on its way', async () => (await shop.rows("SELECT 1 FROM charges WHERE idempotency_key = 'twice'")).length === 1);
  program.child.kill('SIGTERM');
  await eventually('it no longer listens', async () => fetch(`${program.url}/health/live`).then(() => false, () => true));
  program.child.kill('SIGTERM');
  expect((await inFlight).status).toBe(202);
  await closed;
  expect(await program.ended).toBe(0);
});
