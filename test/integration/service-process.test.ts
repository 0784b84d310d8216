import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { BrokenGateway } from '../support/broken-gateway.ts';
import { startProgram } from '../support/program.ts';
import { eventually, startTestService, type TestService } from '../support/service.ts';

/** The program itself: how it starts, and how it ends. */
const undo = new AsyncDisposableStack();
let shop: TestService;
beforeAll(async () => {
  shop = undo.use(await startTestService(inject('stack'), { roles: 'api' }));
});
afterAll(() => undo.disposeAsync());

test('on SIGTERM what is in flight is answered, and the program ends with 0 within five seconds', async () => {
  await using gateway = await BrokenGateway.listen(shop.env['GATEWAY_URL']!);
  await using program = startProgram({ ...shop.env, ROLES: 'api,worker,consumer', PORT: await freePort(), GATEWAY_URL: gateway.url });
  await eventually('the program serves', async () => (await fetch(`${program.url}/health/ready`)).ok);
  const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<{ status: number; body: { tokenValue?: string } }> => {
    const response = await fetch(`${program.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as { tokenValue?: string } };
  };
  const tokens = await Promise.all(Array.from({ length: 20 }, async (_, index) => (await post('/queue/token', { userId: `sigterm-${index}` })).body.tokenValue!));
  gateway.mishap = 'hangs';
  const inFlight = tokens.map((token) => post('/points/charge', { amount: 1000 }, { 'x-queue-token': token, 'idempotency-key': randomUUID() }));
  await eventually('the charges are on their way', async () => (await shop.rows("SELECT 1 FROM charges WHERE status = 'PENDING'")).length === 20);
  const startedMs = performance.now();
  program.signal('SIGTERM');
  const answers = await Promise.all(inFlight);
  expect(answers.map(({ status }) => status)).toEqual(tokens.map(() => 202));
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(5000);
  expect(program.output).not.toMatch(/deprecat|unhandled/i);
  await expect(fetch(`${program.url}/health/live`)).rejects.toThrow();
});

test('it starts and ends while no dependency can be reached, and outlives all of them', async () => {
  const nowhere = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', REDIS_URL: 'redis://127.0.0.1:1', KAFKA_BROKERS: '127.0.0.1:1', GATEWAY_URL: 'http://127.0.0.1:1' };
  await using program = startProgram({ ...shop.env, ...nowhere, ROLES: 'api,worker,consumer', PORT: await freePort() });
  await eventually('the program lives', async () => (await fetch(`${program.url}/health/live`)).ok);
  expect((await fetch(`${program.url}/health/ready`)).status).toBe(503);
  // Long enough for the retries of every client to be used up at least once.
  await sleep(12_000);
  expect((await fetch(`${program.url}/health/live`)).ok, program.output).toBe(true);
  const metrics = await (await fetch(`${program.url}/metrics`)).text();
  for (const dependency of ['postgres', 'redis', 'kafka']) expect(metrics).toMatch(new RegExp(`dependency_errors_total\\{dependency="${dependency}"\\} [1-9]`));
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: 0, signal: null });
});

test('wrong settings are all said at once, and the program ends with 64', async () => {
  await using program = startProgram({ ...shop.env, PORT: '70000', REDIS_URL: 'http://nowhere', TOKEN_SECRET: 'short' });
  expect(await program.ended).toEqual({ code: 64, signal: null });
  expect(program.output.trim().split('\n')).toEqual([expect.stringMatching(/^PORT /), expect.stringMatching(/^REDIS_URL /), expect.stringMatching(/^TOKEN_SECRET /)]);
});
