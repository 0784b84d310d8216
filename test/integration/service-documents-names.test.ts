import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually, startTestService, type TestService } from '../support/service.ts';

/** What the order's documents call by other names. */
let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'));
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const get = async (url: string) => {
  const answer = await shop.service.app.inject(url);
  return [answer.statusCode, answer.headers['content-type']?.toString().startsWith('application/json') ? (answer.json() as object) : answer.body] as const;
};
const up = { status: 'UP' };
const down = { status: 'DOWN' };

test('all is up', async () => {
  const components = { db: up, redis: up, diskSpace: up };
  expect(await get('/actuator/health')).toEqual([200, { status: 'UP', components }]);
  expect(await get('/actuator/health/liveness')).toEqual([200, up]);
  expect(await get('/actuator/health/readiness')).toEqual([200, { status: 'UP', components }]);
  expect(await get('/api/monitoring/health')).toEqual([200, { status: 'UP', components: { ...components, kafka: up } }]);
});

test('without Redis it is ill but ready, without the database neither, and afterwards both', async () => {
  await shop.redis.cut();
  await eventually('Redis is missed', async () => (await get('/actuator/health'))[0] === 503);
  expect(await get('/actuator/health')).toMatchObject([503, { status: 'DOWN', components: { db: up, redis: down } }]);
  expect(await get('/actuator/health/readiness')).toMatchObject([200, { status: 'UP', components: { redis: down } }]);
  await shop.postgres.cut();
  await eventually('the database is missed', async () => (await get('/actuator/health/readiness'))[0] === 503);
  expect(await get('/actuator/health/readiness')).toMatchObject([503, { status: 'OUT_OF_SERVICE', components: { db: down, redis: down } }]);
  expect(await get('/actuator/health/liveness')).toEqual([200, up]);
  await Promise.all([shop.redis.heal(), shop.postgres.heal()]);
  await eventually('all is up again', async () => (await get('/actuator/health'))[0] === 200);
});

test('the metrics are those of /metrics, and the summary adds them up', async () => {
  await (await shop.buyer()).active();
  await shop.service.app.inject('/nowhere');
  expect((await get('/actuator/prometheus'))[1]).toContain('# TYPE http_requests_total counter');
  const [status, summary] = await get('/api/monitoring/metrics/summary');
  expect(status).toBe(200);
  expect(summary).toMatchObject({ requests: { byStatus: { 201: expect.any(Number), 404: 1 } }, reservations: { HELD: 0, CONFIRMED: 0 }, queue: { waiting: expect.any(Number), active: expect.any(Number) } });
  const { requests } = summary as { requests: { total: number; serverErrors: number; byStatus: Record<string, number> } };
  expect(requests.total).toBe(Object.values(requests.byStatus).reduce((sum, count) => sum + count, 0));
  expect(requests.serverErrors).toBe(requests.byStatus['503'] ?? 0);
  expect(await get('/api/monitoring/system/info')).toMatchObject([200, { memory: { rssBytes: expect.any(Number) }, cpu: { cores: expect.any(Number) } }]);
});
