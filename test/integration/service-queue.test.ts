import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Buyer } from '../support/buyer.ts';
import { eventually, PRICE, SCHEDULE, secondProcess, startTestService, type TestService } from '../support/service.ts';

/** Places in the queue: one a user, in order, let in within cap and rate, whatever Redis does. */
const token = async (shop: TestService, user: string): Promise<{ status: number; tokenValue: string; position: number }> => {
  const answer = await shop.service.app.inject({ method: 'POST', url: '/queue/token', payload: { userId: user } });
  return { ...(answer.json() as { tokenValue: string; position: number }), status: answer.statusCode };
};

describe('a queue that is closed behind the first', () => {
  let shop: TestService;
  beforeAll(async () => {
    shop = await startTestService(inject('stack'), { settings: { QUEUE_ACTIVE_CAP: '1', QUEUE_ADMISSION_PER_SECOND: '1000' } });
    await (await shop.buyer('first')).active();
  });
  afterAll(() => shop?.[Symbol.asyncDispose]());

  test('asked twice gives the same token, also after Redis forgot everything, and while it is gone', async () => {
    const given = await token(shop, 'ann');
    expect(given.status).toBe(201);
    const again = await token(shop, 'ann');
    expect(again).toMatchObject({ status: 200, tokenValue: given.tokenValue, position: given.position });
    await shop.emptyRedis();
    expect(await token(shop, 'ann')).toMatchObject({ status: 200, tokenValue: given.tokenValue, position: given.position });
    try {
      await shop.redis.cut();
      expect(await token(shop, 'ann')).toMatchObject({ status: 200, tokenValue: given.tokenValue, position: given.position });
    } finally {
      await shop.redis.heal();
    }
  });

  test('two hundred users at once get two hundred numbers without a gap', async () => {
    const users = Array.from({ length: 200 }, (_, index) => `crowd-${index}`);
    // Each asks twice, as an impatient buyer would.
    await Promise.all([...users, ...users].map((user) => token(shop, user)));
    const places = await shop.rows<{ seq: string; user_id: string }>('SELECT seq, user_id FROM queue_places ORDER BY seq');
    expect(places.map(({ seq }) => Number(seq))).toEqual(places.map((_, index) => index + 1));
    expect(new Set(places.map(({ user_id }) => user_id)).size).toBe(places.length);
  });

  test('whoever waits cannot reserve and is told the position', async () => {
    const buyer = await shop.buyer();
    const answer = await buyer.reserve(SCHEDULE, 1);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'QUEUE_WAITING', retryable: true });
    expect((answer.json() as { position: number }).position).toBeGreaterThan(1);
    expect((answer.json() as { position: number }).position).toBe(((await buyer.place()).json() as { position: number }).position);
  });

  test('a token that nobody signed is refused everywhere', async () => {
    const { tokenValue } = await token(shop, 'forger');
    const [body = '', signature = ''] = tokenValue.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as unknown[];
    const other = Buffer.from(JSON.stringify(['first', ...claims.slice(1)])).toString('base64url');
    for (const forged of [`${other}.${signature}`, `${body}.`, body, 'x', `${body}.${signature}x`]) {
      for (const [method, url, payload] of [['GET', '/queue/token'], ['POST', '/points/charge', { amount: 1 }], ['POST', '/reservations', { scheduleId: SCHEDULE, seatNo: 1 }]] as const) {
        const answer = await shop.service.app.inject({ method, url, headers: { 'x-queue-token': forged, 'idempotency-key': 'k' }, ...(payload && { payload }) });
        expect(answer.statusCode, `${method} ${url} with ${forged}`).toBe(401);
        expect(answer.json()).toMatchObject({ code: 'TOKEN_INVALID', retryable: false });
      }
    }
  });
});

describe('admission', () => {
  test('never lets more in at once than the cap says, in order, and the next when one is done', async () => {
    await using shop = await startTestService(inject('stack'), { settings: { QUEUE_ACTIVE_CAP: '3', QUEUE_ADMISSION_PER_SECOND: '1000' } });
    const buyers = await Promise.all(Array.from({ length: 12 }, () => shop.buyer()));
    const bySeq = await shop.rows<{ user_id: string }>('SELECT user_id FROM queue_places ORDER BY seq');
    const inOrder = bySeq.map(({ user_id }) => buyers.find(({ user }) => user === user_id)!);
    for (const [index, buyer] of inOrder.slice(0, 6).entries()) {
      await buyer.active();
      const [row] = await shop.rows<{ active: number }>('SELECT count(*)::int AS active FROM queue_places WHERE admitted_at IS NOT NULL AND done_at IS NULL');
      expect(row?.active).toBeLessThanOrEqual(3);
      await buyer.charge(50_000);
      const held = (await buyer.reserve(SCHEDULE, index + 1)).json() as { reservationId: string };
      expect((await buyer.pay(held.reservationId, 50_000)).statusCode).toBe(201);
    }
    const admitted = await shop.rows<{ seq: number }>('SELECT seq::int FROM queue_places WHERE admitted_at IS NOT NULL ORDER BY admitted_at, seq');
    expect(admitted.map(({ seq }) => seq)).toEqual(admitted.map((_, index) => index + 1));
  });

  test('keeps within the rate, Redis or not: a second of it at once, then one after the other', async () => {
    const ratePerSecond = 10;
    await using shop = await startTestService(inject('stack'), { settings: { QUEUE_ACTIVE_CAP: '1000', QUEUE_ADMISSION_PER_SECOND: String(ratePerSecond) } });
    await Promise.all(Array.from({ length: 40 }, () => shop.buyer()));
    await shop.redis.cut();
    const times = await eventually('thirty are let in', async () => {
      const rows = await shop.rows<{ ms: number }>('SELECT (extract(epoch FROM admitted_at) * 1000)::float8 AS ms FROM queue_places WHERE admitted_at IS NOT NULL ORDER BY admitted_at');
      return rows.length >= 30 && rows.map(({ ms }) => ms);
    });
    for (const [from, startMs] of times.entries()) {
      for (const [to, endMs] of times.entries()) {
        if (to > from) expect(to - from + 1, `within ${endMs - startMs} ms`).toBeLessThanOrEqual(ratePerSecond + 1 + ((endMs - startMs) / 1000) * ratePerSecond);
      }
    }
  });

  test('keeps within the rate also when the database is held up between counting and letting in', async () => {
    await using shop = await startTestService(inject('stack'), { roles: 'api', topics: false });
    await shop.rows(`INSERT INTO queue_places (scope, seq, user_id, issued_at, admitted_at, expires_at)
      SELECT 'all', n, 'u' || n, now() - interval '10 s', CASE WHEN n = 1 THEN now() - interval '9 s' END, CASE WHEN n = 1 THEN now() - interval '1 s' END FROM generate_series(1, 200) AS n`);
    await shop.rows(`UPDATE queue_tail SET last_seq = 200 WHERE scope = 'all'`);
    await shop.rows(`UPDATE queue_head SET watermark = 1 WHERE scope = 'all'`);
    const step = () => shop.rows<{ o_admitted: number }>(`SELECT * FROM admit_places('all', 1000, 60, interval '5 min', interval '5 min')`);
    const held = shop.rows(`SELECT pg_sleep(0.5) FROM (SELECT 1 FROM queue_places WHERE seq = 1 FOR UPDATE) AS locked`);
    await eventually('the row is locked', async () => (await shop.rows(`SELECT 1 FROM queue_places WHERE seq = 1 FOR UPDATE SKIP LOCKED`)).length === 0);
    const [first] = await step();
    await held;
    const [second] = await step();
    const [times] = await shop.rows<{ ms: number }>(`SELECT (extract(epoch FROM max(admitted_at) - min(admitted_at)) * 1000)::float8 AS ms FROM queue_places WHERE seq > 1`);
    expect(first?.o_admitted).toBe(60);
    expect(second?.o_admitted).toBeLessThanOrEqual(((times?.ms ?? 0) / 1000) * 60);
  });

  test('a place that is not used runs out and lets the next one in', async () => {
    await using shop = await startTestService(inject('stack'), { settings: { QUEUE_ACTIVE_CAP: '1', ACTIVE_TOKEN_SECONDS: '1' } });
    const [first, second] = [await (await shop.buyer()).active(), await shop.buyer()];
    await second.active();
    expect((await first.place()).json()).toMatchObject({ status: 410, code: 'TOKEN_OVER' });
    expect((await first.reserve(SCHEDULE, 1)).json()).toMatchObject({ status: 403, code: 'TOKEN_OVER' });
    const back = await token(shop, first.user);
    expect(back.status).toBe(201);
    expect(back.tokenValue).not.toBe(first.token);
  });
});

describe('leaving', () => {
  let shop: TestService;
  beforeAll(async () => {
    shop = await startTestService(inject('stack'), { settings: { QUEUE_ACTIVE_CAP: '1', QUEUE_ADMISSION_PER_SECOND: '1000', WAITING_TOKEN_SECONDS: '60' } });
  });
  afterAll(() => shop?.[Symbol.asyncDispose]());
  const over = { status: 410, code: 'TOKEN_OVER' };

  test('an active place that is left lets the next one in, ends the right to buy, and may be left again', async () => {
    const [first, second] = [await (await shop.buyer()).active(), await shop.buyer()];
    expect((await first.leave()).statusCode).toBe(204);
    await second.active();
    expect((await first.place()).json()).toMatchObject(over);
    expect((await first.reserve(SCHEDULE, 1)).json()).toMatchObject({ status: 403, code: 'TOKEN_OVER' });
    expect((await first.leave()).statusCode).toBe(204);
    expect((await second.place()).json()).toMatchObject({ status: 'ACTIVE' });
    await second.leave();
  });

  test('a waiting place that is left is over at once, brings those behind it forward, and its user begins anew at the end', async () => {
    const [active, leaver, behind] = [await (await shop.buyer()).active(), await shop.buyer(), await shop.buyer()];
    expect((await behind.place()).json()).toMatchObject({ position: 2 });
    expect((await leaver.leave()).statusCode).toBe(204);
    expect((await leaver.place()).json()).toMatchObject(over);
    expect((await behind.place()).json()).toMatchObject({ status: 'WAITING', position: 1 });
    const again = await token(shop, leaver.user);
    expect(again).toMatchObject({ status: 201, position: 2 });
    expect(again.tokenValue).not.toBe(leaver.token);
    await active.leave();
    await behind.active();
    await behind.leave();
    await new Buyer(shop.service.app, leaver.user, again.tokenValue).active().then((buyer) => buyer.leave());
  });

  test('while Redis is gone too; what Redis remembers of the place when it is back is not believed', async () => {
    const [active, leaver] = [await (await shop.buyer()).active(), await shop.buyer()];
    await shop.redis.cut();
    try {
      const answer = await leaver.leave();
      expect(answer.statusCode).toBe(204);
      expect(answer.headers['x-degraded']).toBe('redis');
    } finally {
      await shop.redis.heal();
    }
    await eventually('Redis is used again', async () => (await active.place()).headers['x-degraded'] === undefined);
    expect((await leaver.place()).json()).toMatchObject(over);
    const again = await token(shop, leaver.user);
    expect(again.status).toBe(201);
    expect(again.tokenValue).not.toBe(leaver.token);
    await new Buyer(shop.service.app, leaver.user, again.tokenValue).leave();
    await active.leave();
  });

  test('another process hears of it too', async () => {
    const [active, leaver] = [await (await shop.buyer()).active(), await shop.buyer()];
    await using other = await secondProcess(shop, { ROLES: 'api' });
    const seenThere = new Buyer(other.app, leaver.user, leaver.token);
    expect((await seenThere.place()).json()).toMatchObject({ status: 'WAITING' });
    await leaver.leave();
    await eventually('the other process says that it is over', async () => (await seenThere.place()).statusCode === 410, 2000);
    await active.leave();
  });

  test('leaving keeps the hold: it can be paid for at the next turn', async () => {
    const buyer = await (await shop.buyer()).active();
    await buyer.charge(PRICE);
    const { reservationId } = (await buyer.reserve(SCHEDULE, 7)).json() as { reservationId: string };
    await buyer.leave();
    expect((await buyer.pay(reservationId, PRICE)).json()).toMatchObject({ status: 403, code: 'TOKEN_OVER' });
    const back = await (await shop.buyer(buyer.user)).active();
    expect((await back.pay(reservationId, PRICE)).statusCode).toBe(201);
  });

  test('a token that nobody signed leaves nothing', async () => {
    const answer = await shop.service.app.inject({ method: 'DELETE', url: '/queue/token', headers: { 'x-queue-token': 'x.y' } });
    expect(answer.statusCode).toBe(401);
  });
});

test('a place that waited too long is over before its turn, and whoever asks again begins anew', async () => {
  await using shop = await startTestService(inject('stack'), { settings: { QUEUE_ACTIVE_CAP: '1', WAITING_TOKEN_SECONDS: '1' } });
  await (await shop.buyer()).active();
  const late = await shop.buyer();
  await eventually('it is over', async () => (await late.place()).statusCode === 410, 3000);
  const again = await token(shop, late.user);
  expect(again.status).toBe(201);
  expect(again.tokenValue).not.toBe(late.token);
});

test('more entries at once than the cap are refused at once with the time to come back, and nobody is left out for good', async () => {
  await using shop = await startTestService(inject('stack'), { settings: { QUEUE_ENTRY_CONCURRENCY: '5' } });
  const users = Array.from({ length: 40 }, (_, index) => `rush-${index}`);
  const answers = await Promise.all(users.map((userId) => shop.service.app.inject({ method: 'POST', url: '/queue/token', payload: { userId } })));
  const refused = answers.filter(({ statusCode }) => statusCode === 503);
  expect(answers.filter(({ statusCode }) => statusCode === 201).length).toBeGreaterThanOrEqual(5);
  expect(refused.length).toBeGreaterThan(0);
  for (const answer of refused) {
    expect(answer.json()).toMatchObject({ code: 'OVERLOADED', retryable: true });
    expect(answer.headers['retry-after']).toBe('1');
  }
  expect(await shop.metric('load_shed_total{reason="queue_entry"}')).toBe(refused.length);
  for (const user of users) expect((await token(shop, user)).status).toBeLessThanOrEqual(201);
});

describe('a queue for each schedule', () => {
  let shop: TestService;
  beforeAll(async () => {
    shop = await startTestService(inject('stack'), { settings: { QUEUE_SCOPE: 'schedule', QUEUE_ACTIVE_CAP: '1', QUEUE_ADMISSION_PER_SECOND: '1000' } });
    await shop.rows("INSERT INTO schedules SELECT 'schedule_other', concert_id, starts_at, 1 FROM schedules WHERE schedule_id = $1", [SCHEDULE]);
    await shop.rows("INSERT INTO seats (schedule_id, seat_no, price) VALUES ('schedule_other', 1, $1)", [PRICE]);
  });
  afterAll(() => shop?.[Symbol.asyncDispose]());
  const enter = (userId: string, scheduleId?: string) => shop.service.app.inject({ method: 'POST', url: '/queue/token', payload: { userId, ...(scheduleId && { scheduleId }) } });
  const inQueue = async (user: string, scheduleId: string): Promise<Buyer> => new Buyer(shop.service.app, user, ((await enter(user, scheduleId)).json() as { tokenValue: string }).tokenValue);

  test('names its schedule, which must exist', async () => {
    expect((await enter('ann')).json()).toMatchObject({ status: 422, code: 'SCHEDULE_REQUIRED' });
    for (const unknown of ['nowhere', 'all']) expect((await enter('ann', unknown)).json()).toMatchObject({ status: 404, code: 'SCHEDULE_NOT_FOUND' });
    expect(await shop.rows('SELECT scope FROM queue_tail')).toEqual([{ scope: 'all' }]);
  });

  test('has its own order and cap; a token is good for its schedule only', async () => {
    const [first, second, elsewhere] = [await inQueue('first', SCHEDULE), await inQueue('second', SCHEDULE), await inQueue('second', 'schedule_other')];
    await first.active();
    await elsewhere.active();
    expect((await second.place()).json()).toMatchObject({ status: 'WAITING', position: 1 });
    expect((await elsewhere.reserve(SCHEDULE, 1)).json()).toMatchObject({ status: 403, code: 'WRONG_QUEUE' });
    expect((await elsewhere.reserve('schedule_other', 1)).statusCode).toBe(201);
    await first.leave();
    await second.active();
    expect((await enter('second', SCHEDULE)).statusCode).toBe(200);
    const { reservationId } = (await second.reserve(SCHEDULE, 1)).json() as { reservationId: string };
    await second.charge(PRICE);
    expect((await elsewhere.pay(reservationId, PRICE)).json()).toMatchObject({ status: 403, code: 'WRONG_QUEUE' });
    expect((await second.pay(reservationId, PRICE)).statusCode).toBe(201);
  });
});
