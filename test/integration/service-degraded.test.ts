import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Buyer } from '../support/buyer.ts';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** Without Redis everything goes on, slower and marked; afterwards everything is as before. */
const budgetMs = 2000;
/** So long a position needs nobody to be asked. */
const watermarkFreshMs = 150;
let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { seats: 50 });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

let seats = 0;

async function timed(name: string, call: Promise<LightMyRequestResponse>): Promise<LightMyRequestResponse> {
  const startedMs = performance.now();
  const answer = await call;
  expect(performance.now() - startedMs, `${name} in its budget`).toBeLessThan(budgetMs);
  return answer;
}
const get = (url: string): Promise<LightMyRequestResponse> => shop.service.app.inject(url);
const degraded = (answer: LightMyRequestResponse): unknown => answer.headers['x-degraded'];

/** One purchase over all routes; which of them said that they bypassed Redis. */
async function purchase(buyer: Buyer): Promise<Record<string, unknown>> {
  const seatNo = ++seats;
  const token = await timed('POST /queue/token', shop.service.app.inject({ method: 'POST', url: '/queue/token', payload: { userId: `${buyer.user}-b` } }));
  expect(token.statusCode).toBe(201);
  const place = await timed('GET /queue/token', buyer.place());
  const schedules = await timed('GET schedules', get('/concerts/concert_1/schedules'));
  const map = await timed('GET seats', get(`/concerts/schedules/${SCHEDULE}/seats`));
  const charge = await timed('POST /points/charge', buyer.charge(PRICE));
  const held = await timed('POST /reservations', buyer.reserve(SCHEDULE, seatNo));
  expect([place, schedules, map, charge, held].map((answer) => answer.statusCode)).toEqual([200, 200, 200, 201, 201]);
  const { reservationId } = held.json() as { reservationId: string };
  const found = await timed('GET /reservations/:id', buyer.reservation(reservationId));
  const paid = await timed('POST /payments', buyer.pay(reservationId, PRICE));
  expect([found.statusCode, paid.statusCode]).toEqual([200, 201]);
  return { token: degraded(token), place: degraded(place), schedules: degraded(schedules), map: degraded(map), held: degraded(held), paid: degraded(paid) };
}

const every = (value: unknown): Record<string, unknown> => ({ token: value, place: value, schedules: value, map: value, held: value, paid: value });

describe.for([
  { how: 'refuses connections', break: () => shop.redis.cut() },
  { how: 'hangs', break: () => shop.redis.hang() },
])('while Redis $how', ({ break: breakRedis }) => {
  test('every route answers in its budget and says what it bypassed; afterwards all is as before', async () => {
    expect(await purchase(await (await shop.buyer()).active())).toEqual(every(undefined));
    const waiting = await (await shop.buyer()).active();
    const buyers = [await (await shop.buyer()).active(), await (await shop.buyer()).active()];
    const errorsBefore = await shop.metric('dependency_errors_total{dependency="redis"}');
    try {
      await breakRedis();
      await sleep(watermarkFreshMs);
      for (const buyer of buyers) expect(await purchase(buyer)).toEqual(every('redis'));
      expect(await shop.metric('dependency_errors_total{dependency="redis"}')).toBeGreaterThan(errorsBefore);
      expect(await shop.metric('breaker_state{dependency="redis"}')).toBeGreaterThan(0);
      const health = await timed('/health', get('/health'));
      expect(health.statusCode).toBe(503);
      expect(health.json()).toMatchObject({ database: 'UP', redis: 'DOWN' });
      const ready = await timed('/health/ready', get('/health/ready'));
      expect(ready.statusCode).toBe(200);
      expect(ready.json()).toMatchObject({ status: 'DEGRADED', redis: 'DOWN' });
    } finally {
      await shop.redis.heal();
    }
    await eventually('the breaker closes by itself', async () => (await shop.metric('breaker_state{dependency="redis"}')) === 0, 5000);
    expect(await purchase(waiting)).toEqual(every(undefined));
    expect((await get('/health')).statusCode).toBe(200);
  });
});

describe('while PostgreSQL hangs', () => {
  test('every route answers within its budget with 503 and Retry-After, and serves again afterwards', async () => {
    const buyer = await (await shop.buyer()).active();
    try {
      await shop.postgres.hang();
      const answers = await Promise.all([
        timed('POST /queue/token', shop.service.app.inject({ method: 'POST', url: '/queue/token', payload: { userId: 'late' } })),
        timed('POST /points/charge', buyer.charge(PRICE)),
        timed('POST /reservations', buyer.reserve(SCHEDULE, ++seats)),
        timed('GET seats', get('/concerts/schedules/no-such-schedule/seats')),
      ]);
      for (const answer of answers) {
        expect(answer.statusCode).toBe(503);
        expect(answer.headers['retry-after']).toBe('1');
        expect(answer.json()).toMatchObject({ retryable: true });
      }
      expect((await timed('/health/ready', get('/health/ready'))).statusCode).toBe(503);
    } finally {
      await shop.postgres.heal();
    }
    await eventually('the database is back', async () => (await get('/health')).statusCode === 200);
    await purchase(buyer);
  });
});

test('what does not fit in its budget is answered 503, and the same key tells later what became of it', async () => {
  await using slow = await startTestService(inject('stack'), { roles: 'api', settings: { REQUEST_TIMEOUT_MS: '500', STATEMENT_TIMEOUT_MS: '400' } });
  const buyer = await slow.buyer();
  await buyer.charge(1);
  const key = randomUUID();
  try {
    await slow.postgres.slow(300);
    const startedMs = performance.now();
    const answer = await buyer.charge(PRICE, key);
    expect(performance.now() - startedMs).toBeLessThan(700);
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'REQUEST_TIMEOUT', retryable: true });
  } finally {
    await slow.postgres.heal();
  }
  const settled = await eventually('the charge is settled', async () => {
    const again = await buyer.charge(PRICE, key);
    return again.statusCode === 201 && again;
  });
  expect(settled.json()).toMatchObject({ status: 'SUCCESS', balance: PRICE + 1 });
  expect(slow.gatewayLedger.charges()).toHaveLength(2);
});
