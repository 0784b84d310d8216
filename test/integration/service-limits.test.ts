import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Service } from '../../service/app.ts';
import { eventually, PRICE, SCHEDULE, secondProcess, startTestService, type TestService } from '../support/service.ts';

/** Who comes too often is told when to come again; with Redis over all processes, without it in each. */
const on = {
  RATE_LIMITS: 'on',
  RATE_LIMIT_PRODUCTS_PER_MINUTE: '10',
  RATE_LIMIT_ORDERS_PER_MINUTE: '3',
  RATE_LIMIT_ORDERS_PER_IP_PER_MINUTE: '8',
  RATE_LIMIT_TOKEN_PER_SECOND: '1000',
  TRUST_PROXY: 'loopback',
};
let shop: TestService;
let other: Service & AsyncDisposable;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { settings: on });
  other = await secondProcess(shop, { ROLES: 'api' });
});
afterAll(async () => {
  await other?.[Symbol.asyncDispose]();
  await shop?.[Symbol.asyncDispose]();
});

const seats = (app: FastifyInstance, ip: string, remoteAddress = '127.0.0.1'): Promise<LightMyRequestResponse> =>
  app.inject({ url: `/concerts/schedules/${SCHEDULE}/seats`, headers: { 'x-forwarded-for': ip }, remoteAddress });
const statusesOf = async (count: number, call: () => Promise<LightMyRequestResponse>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let n = 0; n < count; n++) statuses.push((await call()).statusCode);
  return statuses;
};
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** Not so close to the end of a minute that the counters move on under the test. */
async function earlyInTheMinute(): Promise<void> {
  await eventually('a minute that has just begun', async () => Date.now() % 60_000 < 50_000, 12_000);
}

describe('limits', () => {
  test('the limit of an address holds over two processes together, names the time to come back, and leaves other addresses alone', async () => {
    await earlyInTheMinute();
    const first = await seats(shop.service.app, '203.0.113.1');
    expect(first.headers).toMatchObject({ 'ratelimit-limit': '10', 'ratelimit-remaining': '9' });
    expect(await statusesOf(4, () => seats(shop.service.app, '203.0.113.1'))).toEqual(times(4, 200));
    expect(await statusesOf(7, () => seats(other.app, '203.0.113.1'))).toEqual([...times(5, 200), 429, 429]);
    const refused = await seats(shop.service.app, '203.0.113.1');
    expect(refused.statusCode).toBe(429);
    const { retryAfter } = refused.json() as { retryAfter: number };
    expect(refused.json()).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(refused.headers).toMatchObject({ 'retry-after': String(retryAfter), 'ratelimit-remaining': '0', 'ratelimit-reset': String(retryAfter) });
    expect(retryAfter).toBeLessThanOrEqual(72);
    expect((await seats(shop.service.app, '203.0.113.2')).statusCode).toBe(200);
    expect(await shop.metric('rate_limit_rejected_total{limit="products"}')).toBe(1);
    expect(await shop.metric('rate_limit_checks_total{mode="local"}')).toBe(0);
  });

  test('X-Forwarded-For is believed from a configured proxy only', async () => {
    await earlyInTheMinute();
    let n = 0;
    const forger = (): Promise<LightMyRequestResponse> => seats(shop.service.app, `198.51.100.${++n}`, '203.0.113.66');
    expect(await statusesOf(12, forger)).toEqual([...times(10, 200), 429, 429]);
    expect(await statusesOf(12, () => seats(shop.service.app, `198.51.100.${++n}`))).toEqual(times(12, 200));
  });

  test('orders are limited by user, whatever the address, and refused ones hold nothing; many users of one address meet its own limit', async () => {
    await earlyInTheMinute();
    const [ann, bob] = [await (await shop.buyer()).active(), await (await shop.buyer()).active()];
    await ann.charge(PRICE);
    const held = await ann.reserve(SCHEDULE, 1);
    expect((await ann.reserve(SCHEDULE, 2)).statusCode).toBe(201);
    expect((await ann.pay((held.json() as { reservationId: string }).reservationId, 1)).statusCode).toBe(422);
    expect((await ann.reserve(SCHEDULE, 3)).json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(await shop.rows("SELECT 1 FROM seats WHERE seat_no = 3 AND status <> 'AVAILABLE'")).toEqual([]);
    expect((await bob.reserve(SCHEDULE, 3)).statusCode).toBe(201);
    // Four of eight are used up by now.
    const [cat, dan, eve] = [await shop.buyer(), await shop.buyer(), await shop.buyer()];
    const statuses = [];
    for (const user of [cat, cat, dan, dan, eve]) statuses.push((await user.reserve('no-such-schedule', 1)).statusCode);
    expect(statuses.map((status) => status === 429)).toEqual([false, false, false, false, true]);
    expect(await shop.metric('rate_limit_rejected_total{limit="orders_ip"}')).toBe(1);
  });

  test('a token that nobody signed counts for the address', async () => {
    await earlyInTheMinute();
    let n = 0;
    const forged = (): Promise<LightMyRequestResponse> =>
      shop.service.app.inject({ method: 'POST', url: '/reservations', headers: { 'x-queue-token': `x.${++n}`, 'x-forwarded-for': '203.0.113.9' }, payload: { scheduleId: SCHEDULE, seatNo: 1 } });
    expect(await statusesOf(4, forged)).toEqual([...times(3, 401), 429]);
  });

  test('operations tighten every limit at run time', async () => {
    await earlyInTheMinute();
    await shop.service.live.set({ rateLimitFactor: 0.2 });
    expect(await statusesOf(4, () => seats(shop.service.app, '203.0.113.5'))).toEqual([200, 200, 429, 429]);
    await shop.service.live.set({ rateLimitFactor: 1 });
    expect(await statusesOf(10, () => seats(shop.service.app, '203.0.113.5'))).toEqual([...times(8, 200), 429, 429]);
  });

  test.for(['refuses connections', 'hangs'])('while Redis %s each process limits by itself, and together again when it is back', async (how) => {
    await earlyInTheMinute();
    const before = await shop.metric('rate_limit_checks_total{mode="local"}');
    const ip = how === 'hangs' ? '203.0.113.7' : '203.0.113.8';
    await (how === 'hangs' ? shop.redis.hang() : shop.redis.cut());
    try {
      const answers = [];
      for (let n = 0; n < 12; n++) answers.push(await seats(shop.service.app, ip));
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([...times(10, 200), 429, 429]);
      expect(answers.every(({ headers }) => headers['x-degraded'] === 'redis')).toBe(true);
      expect(await shop.metric('rate_limit_checks_total{mode="local"}')).toBe(before + 12);
    } finally {
      await shop.redis.heal();
    }
    let n = 0;
    await eventually('counted in Redis again', async () => (await seats(shop.service.app, `192.0.2.${++n}`)).headers['x-degraded'] === undefined);
  });

  test('switched off, nobody is counted; switched on, a check costs less than 5 ms', async () => {
    await using without = await secondProcess(shop, { RATE_LIMITS: 'off', ROLES: 'api' });
    const answers = await Promise.all(times(30, 0).map(() => seats(without.app, '203.0.113.4')));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(times(30, 200));
    expect(answers[0]?.headers['ratelimit-limit']).toBeUndefined();

    await using limited = await secondProcess(shop, { RATE_LIMIT_PRODUCTS_PER_MINUTE: '1000000', ROLES: 'api' });
    const medianMs = async (app: FastifyInstance): Promise<number> => {
      const ms: number[] = [];
      for (let n = 0; n < 101; n++) {
        const startedMs = performance.now();
        await seats(app, '203.0.113.4');
        ms.push(performance.now() - startedMs);
      }
      return ms.sort((a, b) => a - b)[50]!;
    };
    await medianMs(without.app);
    expect((await medianMs(limited.app)) - (await medianMs(without.app))).toBeLessThan(5);
  });
});
