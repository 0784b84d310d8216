import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';
import { AdminGuard } from '../../../service/admin/guard.ts';
import { checkRanges } from '../../../service/admin/openings.ts';
import { SlidingWindow } from '../../../service/domain/sliding-window.ts';
import { createMetrics } from '../../../service/metrics/metrics.ts';
import { adminAccess } from '../../../service/plugins/admin-access.ts';
import { problems } from '../../../service/plugins/problems.ts';
import { visit } from '../../../service/plugins/visit.ts';
import { noTracing } from '../../../service/tracing/tracing.ts';

const adminKey = 'sixteen characters';
let app: FastifyInstance;
let logged: { event?: string; path?: string; body?: unknown; statusCode?: number }[] = [];
afterEach(() => app?.close());

async function guarded(key: string | undefined, adminRatePerMinute = 60): Promise<void> {
  logged = [];
  app = Fastify({ logger: { level: 'info', stream: { write: (line: string) => void logged.push(JSON.parse(line) as object) } }, disableRequestLogging: true });
  await app.register(visit, { requestTimeoutMs: 2000, metrics: createMetrics(), tracing: noTracing });
  await app.register(problems);
  app.get('/health', () => 'well');
  await app.register(async (routes) => {
    await routes.register(adminAccess, { guard: new AdminGuard({ adminKey: key, adminRatePerMinute }) });
    routes.get('/admin/look', () => 'seen');
    routes.post('/admin/act/:what', () => 'done');
  });
  await app.ready();
}
const look = (headers: Record<string, string> = {}, remoteAddress = '10.0.0.1') => app.inject({ url: '/admin/look', headers, remoteAddress });

test('the key opens, as X-Admin-Key and as a bearer token; without it, or with another, it is 401', async () => {
  await guarded(adminKey);
  expect((await look({ 'x-admin-key': adminKey })).statusCode).toBe(200);
  expect((await look({ authorization: `Bearer ${adminKey}` })).statusCode).toBe(200);
  for (const headers of [{}, { 'x-admin-key': '' }, { 'x-admin-key': `${adminKey}x` }, { authorization: `Basic ${adminKey}` }, { 'x-admin-key': 'wrong', authorization: `Bearer ${adminKey}` }]) {
    expect((await look(headers as Record<string, string>)).json(), JSON.stringify(headers)).toMatchObject({ status: 401, code: 'ADMIN_KEY_INVALID' });
  }
});

test('without ADMIN_KEY nobody gets in, and no other route minds', async () => {
  await guarded(undefined);
  expect((await look({ 'x-admin-key': '' })).json()).toMatchObject({ status: 403, code: 'ADMIN_OFF' });
  expect((await app.inject('/health')).statusCode).toBe(200);
});

test('beyond the rate it is 429 with the time to come back; wrong keys of one address block that address only', async () => {
  await guarded(adminKey, 3);
  for (let index = 0; index < 3; index++) expect((await look({}, '10.0.0.9')).statusCode).toBe(401);
  expect((await look({ 'x-admin-key': adminKey }, '10.0.0.9')).statusCode).toBe(429);
  for (let index = 0; index < 3; index++) expect((await look({ 'x-admin-key': adminKey })).statusCode).toBe(200);
  const refused = await look({ 'x-admin-key': adminKey });
  expect(refused.json()).toMatchObject({ status: 429, code: 'ADMIN_RATE_LIMIT', retryable: true });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
});

test('an action is one line in the log, a look is none', async () => {
  await guarded(adminKey);
  await look({ 'x-admin-key': adminKey });
  await app.inject({ method: 'POST', url: '/admin/act/now', headers: { 'x-admin-key': adminKey }, payload: { why: 'test' } });
  await vi.waitFor(() => expect(logged.filter(({ event }) => event === 'admin.action')).toMatchObject([{ path: '/admin/act/:what', params: { what: 'now' }, body: { why: 'test' }, statusCode: 200 }]));
  expect(JSON.stringify(logged)).not.toContain(adminKey);
});

test('a window lets so many pass, and the next when the oldest has left it', () => {
  const window = new SlidingWindow(2, 1000);
  for (const nowMs of [0, 400]) {
    expect(window.waitMs(nowMs)).toBe(0);
    window.pass(nowMs);
  }
  expect(window.waitMs(600)).toBe(400);
  expect(window.waitMs(1000)).toBe(0);
  window.pass(1000);
  expect(window.waitMs(1001)).toBe(399);
});

test('ranges that touch are fine, in any order; schedules have each their own numbers', () => {
  const price = 1;
  checkRanges([[{ from: 11, to: 20, price }, { from: 1, to: 10, price }], [{ from: 1, to: 1, price }]]);
  expect(() => checkRanges([[{ from: 1, to: 10, price }, { from: 5, to: 6, price }]])).toThrow('overlap');
  expect(() => checkRanges([[{ from: 1, to: 25_000, price }], [{ from: 1, to: 25_001, price }]])).toThrow('50000');
});
