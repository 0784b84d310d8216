import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildService } from '../../service/app.ts';
import { parseConfig } from '../../service/config.ts';
import { ADMIN_KEY, admin } from '../support/admin.ts';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';
import { soldSeat } from '../support/sold-seat.ts';

/** What operations ask and do, over real servers. */
let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { topics: false, settings: { ADMIN_KEY, ADMIN_RATE_PER_MINUTE: '10000', HOLD_SECONDS: '300' } });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const ask = (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) => admin(shop.service.app, method, url, payload);
const done = async <T>(method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object, status = 200): Promise<T> => {
  const answer = await ask(method, url, payload);
  expect(answer.statusCode, answer.body).toBe(status);
  return answer.json() as T;
};

describe('status', () => {
  test('names every mechanism', async () => {
    const status = await done<Record<string, unknown> & { workers: { name: string }[]; queues: object[] }>('GET', '/api/admin/status');
    expect(status).toMatchObject({ roles: ['api', 'worker'], up: { database: true, redis: true }, migrations: { last: expect.stringMatching(/^\d{3}-/) }, live: { routesOff: [] }, settlements: { failed: 0 } });
    expect(status.queues).toMatchObject([{ scope: 'all' }]);
    expect(status.workers.map(({ name }) => name)).toEqual(expect.arrayContaining(['admission', 'expiry', 'relay', 'settlement', 'daily close']));
    for (const part of ['pools', 'breakers', 'outbox', 'unsettled', 'deadLetters', 'consumers', 'cache']) expect(status, part).toHaveProperty(part);
  });

  test('answers while the database is gone, and says so', async () => {
    await shop.postgres.cut();
    try {
      const status = await eventually('the database is seen to be gone', async () => {
        const seen = await done<{ up: { database: boolean } }>('GET', '/admin/status');
        return !seen.up.database && seen;
      });
      expect(status).toMatchObject({ up: { redis: true } });
      expect(status).not.toHaveProperty('outbox');
    } finally {
      await shop.postgres.heal();
    }
    await eventually('it is back', async () => (await done<{ up: { database: boolean } }>('GET', '/admin/status')).up.database);
  });
});

describe('reconcile', () => {
  test('ends what is over and asks the gateway; done again it finds nothing', async () => {
    await using idle = await startTestService(inject('stack'), { topics: false, roles: 'api', settings: { ADMIN_KEY } });
    const rid = randomUUID();
    await idle.rows(soldSeat(rid, 'somebody'));
    await idle.rows(`
      SET session_replication_role = replica;
      UPDATE payments SET created_at = created_at - interval '1 day';
      INSERT INTO reservations VALUES ('${randomUUID()}', 'late', '${SCHEDULE}', 2, ${PRICE}, 'HELD', 1, now() - interval '1 hour', now(), NULL);
      UPDATE seats s SET status = 'HELD', fence = 1, reservation_id = r.reservation_id, hold_until = r.hold_until FROM reservations r WHERE r.user_id = 'late' AND s.seat_no = 2;
      INSERT INTO queue_places VALUES ('all', 2, 'gone', now() - interval '1 day');
      UPDATE queue_tail SET last_seq = 2;
      INSERT INTO charges (charge_id, user_id, amount, status, idempotency_key, created_at) VALUES ('${randomUUID()}', 'late', 1000, 'PENDING', 'k', now() - interval '1 minute');
      SET session_replication_role = origin`);
    const first = (await admin(idle.service.app, 'POST', '/admin/reconcile')).json();
    expect(first).toMatchObject({ stillUnsettled: 0, holdsExpired: 1, placesClosed: 1, redisRebuilt: true });
    expect((first as { daysClosed: number }).daysClosed).toBeGreaterThan(0);
    expect(await idle.rows(`SELECT status FROM charges WHERE user_id = 'late'`)).toEqual([{ status: 'SUCCESS' }]);
    expect(await idle.rows(`SELECT status FROM seats WHERE seat_no = 2`)).toEqual([{ status: 'AVAILABLE' }]);
    expect((await admin(idle.service.app, 'POST', '/admin/reconcile')).json()).toEqual({ stillUnsettled: 0, holdsExpired: 0, placesClosed: 0, daysClosed: 0, redisRebuilt: true });
  });

  test('without Redis it does what PostgreSQL knows, and says that Redis was not rebuilt', async () => {
    await shop.redis.cut();
    try {
      expect(await done('POST', '/admin/reconcile')).toMatchObject({ redisRebuilt: false });
    } finally {
      await shop.redis.heal();
    }
    await eventually('Redis is rebuilt', async () => (await done<{ redisRebuilt: boolean }>('POST', '/admin/reconcile')).redisRebuilt);
  });
});

describe('openings', () => {
  const concert = (id: string) => ({
    concertId: id,
    title: 'Opening night',
    opensAt: '2027-01-01T00:00:00Z',
    schedules: [
      { scheduleId: `${id}-1`, startsAt: '2027-02-01T10:00:00Z', seats: [{ from: 1, to: 100, price: 90_000 }, { from: 101, to: 300, price: 50_000 }] },
      { scheduleId: `${id}-2`, startsAt: '2027-02-02T10:00:00Z', seats: [{ from: 1, to: 10, price: 90_000 }] },
    ],
  });

  test('a concert is on sale at once, with the prices of its ranges; again it is 409 and nothing changes', async () => {
    await shop.service.app.inject('/concerts');
    expect(await done('POST', '/admin/concerts', concert('gala'), 201)).toEqual({ schedules: 2, seats: 310 });
    const { seats } = (await shop.service.app.inject('/concerts/schedules/gala-1/seats')).json() as { seats: { seatNo: number; price: number }[] };
    expect(seats).toHaveLength(300);
    expect(seats[99]).toMatchObject({ seatNo: 100, price: 90_000 });
    expect(seats[100]).toMatchObject({ seatNo: 101, price: 50_000 });
    expect((await shop.service.app.inject('/concerts')).body).toContain('gala');
    expect((await ask('POST', '/admin/concerts', concert('gala'))).json()).toMatchObject({ status: 409, code: 'CONCERT_EXISTS' });
    const again = { ...concert('encore'), schedules: concert('gala').schedules };
    expect((await ask('POST', '/admin/concerts', again)).json()).toMatchObject({ status: 409, code: 'SCHEDULE_EXISTS' });
    expect(await shop.rows(`SELECT 1 FROM concerts WHERE concert_id = 'encore'`)).toEqual([]);
  });

  test('schedules and seats are added to what is there, and the caches tell it', async () => {
    await done('POST', '/admin/concerts', concert('festival'), 201);
    await shop.service.app.inject('/concerts/festival/schedules');
    await shop.service.app.inject('/concerts/schedules/festival-2/seats');
    const third = { scheduleId: 'festival-3', startsAt: '2027-02-03T10:00:00Z', seats: [{ from: 1, to: 5, price: 1000 }] };
    expect(await done('POST', '/admin/concerts/festival/schedules', { schedules: [third] }, 201)).toEqual({ schedules: 1, seats: 5 });
    expect(await done('POST', '/admin/schedules/festival-2/seats', { seats: [{ from: 11, to: 12, price: 1000 }] }, 201)).toEqual({ seats: 2 });
    expect((await ask('POST', '/admin/schedules/festival-2/seats', { seats: [{ from: 12, to: 13, price: 1000 }] })).json()).toMatchObject({ status: 409, code: 'SEAT_EXISTS' });
    const { schedules } = (await shop.service.app.inject('/concerts/festival/schedules')).json() as { schedules: { scheduleId: string; seatsTotal: number }[] };
    expect(schedules).toMatchObject([{ seatsTotal: 300 }, { scheduleId: 'festival-2', seatsTotal: 12 }, { scheduleId: 'festival-3', seatsTotal: 5 }]);
    expect(((await shop.service.app.inject('/concerts/schedules/festival-2/seats')).json() as { seats: object[] }).seats).toHaveLength(12);
    expect((await ask('POST', '/admin/concerts/nowhere/schedules', { schedules: [{ ...third, scheduleId: 'x' }] })).statusCode).toBe(404);
    expect((await ask('POST', '/admin/schedules/nowhere/seats', { seats: [{ from: 1, to: 1, price: 1 }] })).statusCode).toBe(404);
  });

  test('the opening is moved and taken back', async () => {
    await done('POST', '/admin/concerts', concert('premiere'), 201);
    expect(await done('PATCH', '/admin/concerts/premiere', { opensAt: '2027-03-01T00:00:00Z' })).toEqual({ concertId: 'premiere', title: 'Opening night', opensAt: '2027-03-01T00:00:00.000Z' });
    expect(await done('PATCH', '/admin/concerts/premiere', { opensAt: null, title: 'Later' })).toEqual({ concertId: 'premiere', title: 'Later' });
    expect((await ask('PATCH', '/admin/concerts/nowhere', { title: 'x' })).statusCode).toBe(404);
  });

  test.for([
    { what: 'ranges that overlap', status: 422, body: { ...concert('bad'), schedules: [{ scheduleId: 'bad-1', startsAt: '2027-02-01T10:00:00Z', seats: [{ from: 1, to: 10, price: 1 }, { from: 10, to: 11, price: 1 }] }] } },
    { what: 'a range that ends before it begins', status: 422, body: { ...concert('bad'), schedules: [{ scheduleId: 'bad-1', startsAt: '2027-02-01T10:00:00Z', seats: [{ from: 2, to: 1, price: 1 }] }] } },
    { what: 'too many seats', status: 422, body: { ...concert('bad'), schedules: [{ scheduleId: 'bad-1', startsAt: '2027-02-01T10:00:00Z', seats: [{ from: 1, to: 50_001, price: 1 }] }] } },
    { what: 'a day there is not', status: 422, body: { ...concert('bad'), opensAt: '2027-02-31T00:00:00Z' } },
    { what: 'a control character in the title', status: 400, body: { ...concert('bad'), title: 'a\u0000b' } },
    { what: 'half of a surrogate pair in the title', status: 201, body: { ...concert('odd'), title: 'a\ud800b' } },
    { what: 'a field it does not know', status: 400, body: { ...concert('bad'), surprise: 1 } },
    { what: 'the same schedule twice', status: 409, body: { ...concert('bad'), schedules: [concert('bad').schedules[1], concert('bad').schedules[1]] } },
  ])('$what: $status', async ({ status, body }) => {
    expect((await ask('POST', '/admin/concerts', body)).statusCode).toBe(status);
    expect(await shop.rows(`SELECT 1 FROM concerts WHERE concert_id = 'bad'`)).toEqual([]);
  });
});

describe('cache', () => {
  const hit = async (): Promise<unknown> => (await shop.service.app.inject('/concerts/concert_1/schedules')).headers['x-cache-hit'];

  test('what was invalidated is read anew, what was written through is a hit', async () => {
    await hit();
    expect(await hit()).toBe('true');
    await done('POST', '/admin/cache/invalidate', { area: 'schedules', id: 'concert_1' });
    expect(await hit()).toBe('false');
    await done('POST', '/admin/cache/invalidate', { area: 'schedules' });
    expect(await done('POST', '/admin/cache/write-through', { area: 'schedules', id: 'concert_1' })).toMatchObject({ result: 'written' });
    expect(await hit()).toBe('true');
    expect((await ask('POST', '/admin/cache/write-through', { area: 'schedules', id: 'nowhere' })).statusCode).toBe(404);
    expect((await ask('POST', '/admin/cache/invalidate', { area: 'wallets' })).statusCode).toBe(400);
  });
});

test('a live switch reaches a second service within two seconds, and so does its way back', async () => {
  const other = await buildService(parseConfig({ ...shop.env, ROLES: 'api' }), pino({ level: 'silent' }));
  await other.app.ready();
  other.start();
  const status = async (): Promise<number> => (await other.app.inject('/concerts/concert_1/schedules')).statusCode;
  try {
    expect(await done('PATCH', '/admin/live', { routesOff: ['catalogue'] })).toMatchObject({ routesOff: ['catalogue'] });
    await eventually('it is off there', async () => (await status()) === 503, 2000);
    expect((await admin(other.app, 'GET', '/admin/live')).json()).toMatchObject({ routesOff: ['catalogue'] });
    await done('PATCH', '/admin/live', { routesOff: [] });
    await eventually('it is on again there', async () => (await status()) === 200, 2000);
  } finally {
    await other.close();
  }
  expect((await ask('PATCH', '/admin/live', {})).statusCode).toBe(400);
});

test('the outbox is listed by state, page after page', async () => {
  await shop.rows(`INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload) SELECT gen_random_uuid(), 'user-events', 'u' || n, 'user.registered', '{"n":1}' FROM generate_series(1, 5) n`);
  const { events } = await done<{ events: { id: number; payload: string }[] }>('GET', '/admin/outbox?state=pending&limit=2');
  expect(events).toHaveLength(2);
  const next = await done<{ events: { id: number }[] }>('GET', `/admin/outbox?limit=100&afterId=${events[1]?.id}`);
  expect(next.events.every(({ id }) => id > (events[1]?.id ?? 0))).toBe(true);
  expect(JSON.parse(events[0]?.payload ?? '')).toBeTypeOf('object');
  expect((await ask('GET', '/admin/outbox?limit=101')).statusCode).toBe(400);
});

test('dead letters are counted, listed and sent again once, unless forced; a topic there is not is refused', async () => {
  await using events = await startTestService(inject('stack'), { roles: 'api', settings: { ADMIN_KEY } });
  const { app } = events.service;
  const eventId = randomUUID();
  await events.rows(
    `INSERT INTO dead_letters (consumer, topic, partition, message_offset, message_key, value, headers, event_id, error, attempts, first_failed_at)
     VALUES ('test', 'payment-events', 0, 7, 'k', '{"n":1}', '{"eventId":"e"}', $1, 'it would not', 3, now())`,
    [eventId],
  );
  expect((await admin(app, 'GET', '/admin/dlq')).json()).toMatchObject({ topics: expect.arrayContaining([{ topic: 'payment-events', waiting: 1, replayed: 0 }]) });
  expect((await admin(app, 'GET', '/admin/dlq/payment-events')).json()).toMatchObject({ deadLetters: [{ eventId, key: 'k', value: '{"n":1}', headers: [{ name: 'eventId', value: 'e' }], error: 'it would not' }] });
  const replayed = async (payload: object): Promise<number> => ((await admin(app, 'POST', '/admin/dlq/payment-events/replay', payload)).json() as { replayed: number[] }).replayed.length;
  expect(await replayed({})).toBe(1);
  expect(await replayed({})).toBe(0);
  expect(await replayed({ force: true })).toBe(1);
  expect((await admin(app, 'GET', '/admin/dlq')).json()).toMatchObject({ topics: expect.arrayContaining([{ topic: 'payment-events', waiting: 0, replayed: 1 }]) });
  expect((await admin(app, 'GET', '/admin/dlq/wallet-events')).statusCode).toBe(400);
});
