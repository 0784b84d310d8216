import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { buildService } from '../../service/app.ts';
import { parseConfig } from '../../service/config.ts';
import { ADMIN_KEY, admin } from '../support/admin.ts';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { roles: 'api', topics: false, seats: 100, settings: { ADMIN_KEY, ADMIN_RATE_PER_MINUTE: '10000', SETTLEMENT_HOUR: '0' } });
});
afterAll(() => shop?.[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['settlement_items', 'settlements', 'payments']) await shop.rows(`DELETE FROM ${table}`);
});

interface Answer {
  settlementId: number;
  date: string;
  status: string;
  attempts: number;
  payments: { count: number; amount: number };
  refunds: { count: number; amount: number };
  net: number;
  byMethod: { method: string; net: number }[];
  error?: string;
}

/** Seoul's date so many days ago. */
const daysAgo = (days: number): string => new Date(Date.now() + 9 * 3600_000 - days * 86_400_000).toISOString().slice(0, 10);

let seatsSold = 0;
/** Sales of so many days ago, written as a payment leaves them. */
async function sold(days: number, count: number, method: 'POINT' | 'CARD' = 'POINT'): Promise<void> {
  const seats = Array.from({ length: count }, () => ++seatsSold);
  await shop.rows(
    `WITH s AS (SELECT seat_no, gen_random_uuid() AS rid FROM unnest($1::int[]) AS seat_no),
          r AS (INSERT INTO reservations (reservation_id, user_id, schedule_id, seat_no, price, status, fence, hold_until, confirmed_at)
                SELECT rid, 'user-' || seat_no, $2, seat_no, $3, 'CONFIRMED', 1, now(), now() FROM s RETURNING reservation_id, user_id)
     INSERT INTO payments (payment_id, reservation_id, user_id, amount, method, status, gateway_tx, created_at)
     SELECT gen_random_uuid(), reservation_id, user_id, $3, $4, 'SUCCESS', CASE WHEN $4 = 'CARD' THEN user_id END, $5::date::timestamp AT TIME ZONE 'Asia/Seoul' + interval '12 hours' FROM r`,
    [seats, SCHEDULE, PRICE, method, daysAgo(days)],
  );
}

/** A process that only works. */
async function worker(): Promise<AsyncDisposable & { metric(series: string): Promise<number> }> {
  const service = await buildService(parseConfig({ ...shop.env, ROLES: 'worker' }), pino({ level: 'silent' }));
  await service.app.ready();
  service.start();
  return {
    metric: async (series) => Number((await service.app.inject('/metrics')).body.split('\n').find((line) => line.startsWith(`${series} `))?.split(' ')[1]),
    [Symbol.asyncDispose]: () => service.close(),
  };
}

const get = async (date: string): Promise<Answer> => (await admin(shop.service.app, 'GET', `/api/settlements/date/${date}`)).json() as Answer;
const closed = (date: string): Promise<Answer> => eventually(`${date} is closed`, async () => { const answer = await get(date); return answer.status === 'COMPLETED' && answer; });

test('every finished day is closed once, with the sums of its methods, and today is not', async () => {
  await sold(2, 3);
  await sold(1, 2);
  await sold(1, 1, 'CARD');
  await sold(0, 1);
  await using first = await worker();
  await using second = await worker();
  expect(await closed(daysAgo(2))).toMatchObject({ payments: { count: 3, amount: 3 * PRICE }, refunds: { count: 0, amount: 0 }, net: 3 * PRICE });
  expect(await closed(daysAgo(1))).toMatchObject({ payments: { count: 3 }, net: 3 * PRICE, byMethod: [{ method: 'CARD', net: PRICE }, { method: 'POINT', net: 2 * PRICE }], attempts: 1 });
  expect(await get(daysAgo(0))).toMatchObject({ status: 404, code: 'SETTLEMENT_NOT_FOUND' });
  const success = 'settlement_runs_total{result="success"}';
  // Counted after it is written.
  await eventually('two closes are counted', async () => (await first.metric(success)) + (await second.metric(success)) === 2);
  const { settlements } = (await admin(shop.service.app, 'GET', '/admin/settlements?status=COMPLETED&limit=1')).json() as { settlements: Answer[] };
  expect(settlements.map(({ date }) => date)).toEqual([daysAgo(1)]);
});

test('what was paid back counts on the day it was paid back, the sale on the day of the sale', async () => {
  await sold(3, 2);
  await shop.rows(`UPDATE payments SET status = 'REFUNDED' WHERE payment_id = (SELECT min(payment_id::text)::uuid FROM payments)`);
  await shop.rows(`UPDATE payments SET refunded_at = refunded_at - interval '1 day' WHERE payment_id = (SELECT min(payment_id::text)::uuid FROM payments)`);
  await using _ = await worker();
  expect(await closed(daysAgo(3))).toMatchObject({ payments: { count: 2 }, refunds: { count: 0 }, net: 2 * PRICE });
  expect(await closed(daysAgo(1))).toMatchObject({ payments: { count: 0 }, refunds: { count: 1, amount: PRICE }, net: -PRICE, byMethod: [{ method: 'POINT', net: -PRICE }] });
});

test('a payment that became known late belongs to the day it succeeded, not to the day it began', async () => {
  await sold(1, 1, 'CARD');
  await shop.rows(`UPDATE payments SET status = 'UNKNOWN'`);
  await shop.rows(`UPDATE payments SET status = 'SUCCESS'`);
  await using _ = await worker();
  expect(await closed(daysAgo(1))).toMatchObject({ payments: { count: 0 }, net: 0 });
});

test('a close that was killed half-way is gone on from, and settles nothing twice', async () => {
  await sold(1, 5);
  const [opened] = await shop.rows<{ id: string }>(`SELECT open_settlements('Asia/Seoul', 0, interval '10 minutes') AS id`);
  expect(await shop.rows('SELECT o_status FROM settle_batch($1, 2)', [opened?.id])).toEqual([{ o_status: 'RUNNING' }]);
  expect(await get(daysAgo(1))).toMatchObject({ status: 'RUNNING', net: 0 });
  await using _ = await worker();
  expect(await closed(daysAgo(1))).toMatchObject({ payments: { count: 5, amount: 5 * PRICE }, attempts: 1 });
  expect(await shop.rows('SELECT count(*)::int AS items, count(DISTINCT payment_id)::int AS payments FROM settlement_items')).toEqual([{ items: 5, payments: 5 }]);
});

test('reprocessing by id makes the sums anew, also by four at once; an unknown id is 404', async () => {
  await sold(1, 2);
  await using _ = await worker();
  const { settlementId } = await closed(daysAgo(1));
  await sold(1, 1); // somebody corrected a payment by hand
  const answers = await Promise.all(Array.from({ length: 4 }, () => admin(shop.service.app, 'POST', `/api/settlements/${settlementId}/reprocess`)));
  for (const { statusCode, body } of answers) expect([200, 202, 409], body).toContain(statusCode);
  const after = await closed(daysAgo(1));
  expect(after).toMatchObject({ settlementId, payments: { count: 3, amount: 3 * PRICE } });
  expect(after.attempts).toBeGreaterThan(1);
  expect((await admin(shop.service.app, 'POST', '/settlements/4711/reprocess')).statusCode).toBe(404);
});

test('a close that the database refuses is FAILED with the reason, counted, and reprocessed when the cause is gone', async () => {
  await sold(1, 1);
  await shop.rows('ALTER TABLE settlement_items RENAME COLUMN amount TO krw');
  await using only = await worker();
  await eventually('it failed', async () => (await only.metric('settlement_runs_total{result="failure"}')) === 1);
  await shop.rows('ALTER TABLE settlement_items RENAME COLUMN krw TO amount');
  const failed = await get(daysAgo(1));
  expect(failed).toMatchObject({ status: 'FAILED', error: expect.stringContaining('amount') });
  expect((await admin(shop.service.app, 'POST', `/settlements/${failed.settlementId}/reprocess`)).json()).toMatchObject({ status: 'COMPLETED', net: PRICE, attempts: 2 });
});

test('another time zone leaves no gap and settles nothing twice', async () => {
  await sold(2, 1);
  await shop.rows(`SELECT open_settlements('Asia/Seoul', 0, interval '1 hour')`);
  await shop.rows(`DELETE FROM settlements WHERE settled_on = $1`, [daysAgo(1)]);
  await shop.rows(`SELECT open_settlements('Pacific/Kiritimati', 0, interval '1 hour')`);
  const days = await shop.rows<{ from_at: Date; to_at: Date }>('SELECT from_at, to_at FROM settlements ORDER BY settled_on');
  expect(days.length).toBeGreaterThan(1);
  for (const [index, day] of days.entries()) if (index > 0) expect(day.from_at).toEqual(days[index - 1]?.to_at);
});
