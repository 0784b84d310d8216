import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { documentScripts, type DocumentScript } from '../support/document-scripts.ts';
import { startProgram, type Program } from '../support/program.ts';
import { needPort3000, runScript } from '../support/run-script.ts';
import { eventually, startTestService, type TestService } from '../support/service.ts';

/** The four k6 scripts of the order's load test plan, as printed, against the program on port 3000; only their stages are shorter. */
const folder = mkdtempSync(join(tmpdir(), 'documents-'));
const undo = new AsyncDisposableStack();
undo.defer(() => rmSync(folder, { recursive: true }));
const [token, reservation, payment, reading] = documentScripts() as [DocumentScript, DocumentScript, DocumentScript, DocumentScript];
const stages = ['--stage', '2s:5', '--stage', '1s:0'];
let shop: TestService;
let program: Program;
beforeAll(async () => {
  await needPort3000();
  shop = undo.use(await startTestService(inject('stack'), { roles: 'api' }));
  // As shipped but for the switch; the fixture of the tests has schedule_1 already, the service adds what is missing.
  const { QUEUE_ACTIVE_CAP: _cap, QUEUE_ADMISSION_PER_SECOND: _rate, AUTH_MODE: _mode, RATE_LIMITS: _limits, ...env } = shop.env;
  program = undo.use(startProgram({ ...env, COMPAT: 'seed', ROLES: 'api,worker', PORT: '3000' }));
  await eventually('the fixtures are there', async () => (await fetch(`${program.url}/concerts/schedules/schedule_popular/seats`)).ok, 20_000);
});
afterAll(() => undo.disposeAsync());

const allPass = (checks: Readonly<Record<string, { fails: number }>>, ...names: readonly string[]) => expect(checks).toEqual(Object.fromEntries(names.map((name) => [name, { passes: expect.any(Number), fails: 0 }])));

test('scenario 1: every user gets a token, within the script’s own thresholds', async () => {
  const run = await runScript(token, folder, stages);
  allPass(run.checks, 'status is 201', 'token issued');
  expect(run.code, run.output).toBe(0);
  expect(await shop.rows("SELECT 1 FROM queue_places WHERE user_id ~ '^user_[0-9]+_[0-9]+$'")).toHaveLength(run.iterations);
  // They would keep the next ones waiting.
  await shop.rows('UPDATE queue_places SET done_at = now()');
});

test('scenario 2: a seat is held or taken, never anything else, and nobody gets one that somebody has', async () => {
  const run = await runScript(reservation, folder, stages);
  expect(run.code, run.output).toBe(0);
  allPass(run.checks, 'status is 201 or 400', 'distributed lock acquired');
  const held = await shop.rows<{ seat_no: number; n: number }>("SELECT seat_no, count(*)::int AS n FROM reservations WHERE schedule_id = 'schedule_popular' GROUP BY seat_no");
  expect(held.length).toBeGreaterThan(0);
  for (const { n } of held) expect(n).toBe(1);
  await shop.rows('UPDATE queue_places SET done_at = now() WHERE done_at IS NULL');
});

test('scenario 3: each reservation is paid once, by its owner’s points', async () => {
  const run = await runScript(payment, folder, stages, { PAY_SCHEDULE: 'schedule_1' });
  expect(run.code, run.output).toBe(0);
  allPass(run.checks, 'payment successful', 'point deducted');
  const payments = await shop.rows<{ user_id: string }>("SELECT user_id FROM payments WHERE status = 'SUCCESS'");
  expect(payments).toHaveLength(run.checks['payment successful']!.passes);
  // Given once, taken for each payment: the money adds up.
  const wallets = await shop.rows<{ balance: number; given: number; paid: number }>(
    `SELECT w.balance::float8 AS balance, coalesce(sum(t.amount) FILTER (WHERE t.kind = 'GIFT'), 0)::float8 AS given, coalesce(sum(t.amount) FILTER (WHERE t.kind = 'USE'), 0)::float8 AS paid
       FROM wallets w JOIN transfers t ON 'user:' || w.user_id IN (t.debit, t.credit) GROUP BY w.user_id`,
  );
  expect(wallets).toHaveLength(new Set(payments.map(({ user_id }) => user_id)).size);
  for (const { balance, given, paid } of wallets) expect([balance, given]).toEqual([10_000_000 - paid, 10_000_000]);
});

test('scenario 4: the schedules come out of the cache', async () => {
  const run = await runScript(reading, folder, stages);
  expect(run.code, run.output).toBe(0);
  expect(Object.keys(run.checks)).toEqual(['cache hit', 'response time < 100ms']);
  // The first ones fill the cache.
  expect(run.checks['cache hit']!.passes).toBeGreaterThan(0);
  expect(run.checks['cache hit']!.fails).toBeLessThanOrEqual(5);
});

test('a seat that is taken is 400, a payment sent again is the same payment, and one for nothing is 404', async () => {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${program.url}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const enter = async (userId: string) => {
    const { tokenValue } = (await post('/queue/token', { userId })).body as { tokenValue: string };
    const headers = { 'x-queue-token': tokenValue };
    await eventually(`${userId} is let in`, async () => ((await (await fetch(`${program.url}/queue/token`, { headers })).json()) as { status: string }).status === 'ACTIVE');
    return headers;
  };
  await shop.rows("INSERT INTO seats (schedule_id, seat_no, price) VALUES ('schedule_popular', 60, 50000)");
  const [first, second] = [await enter('user_901'), await enter('user_902')];
  const wish = { scheduleId: 'schedule_popular', seatNo: 60 };
  const held = await post('/reservations', { ...wish, userId: 'user_901' }, first);
  expect(held.status).toBe(201);
  expect(await post('/reservations', { ...wish, userId: 'user_902' }, second)).toMatchObject({ status: 400, body: { code: 'SEAT_TAKEN' } });
  const payment = { reservationId: held.body['reservationId'], amount: 50_000 };
  expect((await post('/payments', { ...payment, amount: 1 })).body).toMatchObject({ status: 422, code: 'AMOUNT_MISMATCH' });
  const paid = await post('/payments', payment);
  expect(paid).toMatchObject({ status: 201, body: { status: 'SUCCESS', balance: 9_950_000 } });
  expect(await post('/payments', payment)).toEqual(paid);
  expect(await post('/payments', { ...payment, reservationId: crypto.randomUUID() })).toMatchObject({ status: 404, body: { code: 'RESERVATION_NOT_FOUND' } });
});
