import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Buyer } from '../support/buyer.ts';
import { expectInvariants } from '../support/invariants.ts';
import { eventually, PRICE, SCHEDULE, secondProcess, startTestService, type TestService } from '../support/service.ts';

/** Giving seats back, before and after paying; and what a buyer can look up. */
let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { topics: false });
});
afterAll(() => shop?.[Symbol.asyncDispose]());
afterEach(() => expectInvariants(shop));

let seats = 0;
async function held(seatNo = ++seats): Promise<{ buyer: Buyer; seatNo: number; reservationId: string }> {
  const buyer = await (await shop.buyer()).active();
  const { reservationId } = (await buyer.reserve(SCHEDULE, seatNo)).json() as { reservationId: string };
  return { buyer, seatNo, reservationId };
}
async function paid(method: 'POINT' | 'CARD') {
  const hold = await held();
  if (method === 'POINT') await hold.buyer.charge(PRICE * 2);
  const answer = await (method === 'POINT' ? hold.buyer.pay(hold.reservationId, PRICE) : hold.buyer.payByCard(hold.reservationId, PRICE));
  expect(answer.statusCode).toBe(201);
  return { ...hold, paymentId: (answer.json() as { paymentId: string }).paymentId };
}
const balanceOf = async (buyer: Buyer) => ((await buyer.points()).json() as { balance: number }).balance;
const seatStatus = async (seatNo: number) => ((await shop.service.app.inject(`/concerts/schedules/${SCHEDULE}/seats`)).json() as { seats: { seatNo: number; status: string }[] }).seats.find((seat) => seat.seatNo === seatNo)?.status;
const told = (type: string, reservationId: string) => shop.rows<{ payload: { seatId: string } }>('SELECT payload FROM outbox_events WHERE event_type = $1 AND aggregate_id = $2', [type, reservationId]);

describe('cancelling', () => {
  test('a held seat is on sale again at once, the place in the queue stays, and asking again changes nothing', async () => {
    const { buyer, seatNo, reservationId } = await held();
    expect(await seatStatus(seatNo)).toBe('HELD');
    const cancelled = await shop.metric('reservation_created_total{status="CANCELLED"}');
    for (let times = 0; times < 3; times++) {
      const answer = await buyer.cancel(reservationId);
      expect([answer.statusCode, answer.body]).toEqual([204, '']);
    }
    expect(await seatStatus(seatNo)).toBe('AVAILABLE');
    expect((await buyer.reservation(reservationId)).json()).toMatchObject({ status: 'CANCELLED' });
    expect((await told('reservation.cancelled', reservationId)).map(({ payload }) => payload.seatId)).toEqual([`${SCHEDULE}:${seatNo}`]);
    expect(await shop.metric('reservation_created_total{status="CANCELLED"}')).toBe(cancelled + 1);
    expect((await buyer.pay(reservationId, PRICE)).json()).toMatchObject({ status: 410, code: 'RESERVATION_CANCELLED' });
    expect((await buyer.reserve(SCHEDULE, seatNo)).statusCode).toBe(201);
  });

  test("somebody else's, a paid one and one that ran out are refused", async () => {
    const [{ buyer, reservationId }, stranger] = [await paid('POINT'), await shop.buyer()];
    expect((await stranger.cancel(reservationId)).json()).toMatchObject({ status: 404, code: 'RESERVATION_NOT_FOUND' });
    expect((await buyer.cancel(reservationId)).json()).toMatchObject({ status: 409, code: 'RESERVATION_CONFIRMED' });
    const old = await held();
    await shop.rows("UPDATE seats SET hold_until = now() - interval '1 s' WHERE reservation_id = $1", [old.reservationId]);
    await shop.rows("UPDATE reservations SET hold_until = now() - interval '1 s' WHERE reservation_id = $1", [old.reservationId]);
    expect((await old.buyer.cancel(old.reservationId)).json()).toMatchObject({ status: 410, code: 'HOLD_EXPIRED' });
    await eventually('it is swept', async () => (await told('reservation.expired', old.reservationId)).length === 1);
  });

  test('of twenty who cancel and pay at once, one wins and the other side is told', async () => {
    const { buyer, reservationId } = await held();
    await buyer.charge(PRICE);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? buyer.cancel(reservationId) : buyer.pay(reservationId, PRICE))));
    const statuses = new Set(answers.map(({ statusCode }) => statusCode));
    expect(statuses.has(201) && statuses.has(204), [...statuses].join()).toBe(false);
    expect(statuses.has(201) || statuses.has(204), [...statuses].join()).toBe(true);
  });
});

describe.for([{ method: 'POINT' as const }, { method: 'CARD' as const }])('refunding a payment by $method', ({ method }) => {
  test('the money is back, the seat is on sale, and all of it happens once', async () => {
    const { buyer, seatNo, reservationId, paymentId } = await paid(method);
    const [before, key, refunded] = [await balanceOf(buyer), randomUUID(), await shop.metric(`payment_refunded_krw_total{method="${method}"}`)];
    const first = await buyer.refund(paymentId, key);
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject({ paymentId, reservationId, method, amount: PRICE, status: 'SUCCESS' });
    for (const again of [await buyer.refund(paymentId, key), await buyer.refund(paymentId, randomUUID()), await buyer.refund(paymentId)]) expect(again.body).toBe(first.body);
    expect(await balanceOf(buyer)).toBe(before + (method === 'POINT' ? PRICE : 0));
    expect(shop.gatewayLedger.refunds().filter(({ chargeId }) => chargeId === paymentId)).toHaveLength(method === 'CARD' ? 1 : 0);
    expect((await buyer.payment(paymentId)).json()).toMatchObject({ status: 'REFUNDED', refund: 'SUCCESS' });
    expect((await buyer.reservation(reservationId)).json()).toMatchObject({ status: 'CANCELLED' });
    expect(await seatStatus(seatNo)).toBe('AVAILABLE');
    for (const type of ['payment.refunded', 'reservation.cancelled']) expect((await told(type, reservationId)).map(({ payload }) => payload.seatId)).toEqual([`${SCHEDULE}:${seatNo}`]);
    expect(await shop.metric(`payment_refunded_krw_total{method="${method}"}`)).toBe(refunded + PRICE);
    expect((await held(seatNo)).reservationId).not.toBe(reservationId);
  });

  test('twenty at once are one refund', async () => {
    const { buyer, paymentId } = await paid(method);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => buyer.refund(paymentId, n % 2 === 0 ? randomUUID() : undefined)));
    for (const answer of answers) expect([201, 202, 409], answer.body).toContain(answer.statusCode);
    await eventually('it is refunded', async () => ((await buyer.payment(paymentId)).json() as { status: string }).status === 'REFUNDED');
    expect(new Set(answers.filter(({ statusCode }) => statusCode < 300).map((answer) => (answer.json() as { refundId: string }).refundId)).size).toBe(1);
  });

  test("somebody else's payment is not found, and a key that stands for something else is refused", async () => {
    const [{ buyer, paymentId }, stranger, key] = [await paid(method), await shop.buyer(), randomUUID()];
    for (const answer of [await stranger.refund(paymentId), await stranger.payment(paymentId), await buyer.refund(randomUUID(), key)]) expect(answer.json()).toMatchObject({ status: 404, code: 'PAYMENT_NOT_FOUND' });
    await buyer.charge(1000, key);
    expect((await buyer.refund(paymentId, key)).json()).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await buyer.payment(paymentId)).json()).toMatchObject({ status: 'SUCCESS' });
  });
});

describe('the database does it, and its answer is lost', () => {
  /** 503 while nobody knows; what the same request is answered with afterwards. */
  async function lost(send: () => Promise<LightMyRequestResponse>): Promise<LightMyRequestResponse> {
    try {
      await shop.postgres.loseAnswers();
      const answer = await send();
      expect(answer.json()).toMatchObject({ status: 503, retryable: true });
    } finally {
      await shop.postgres.heal();
    }
    return eventually('the same request is answered', async () => {
      const again = await send();
      return again.statusCode === 201 && again;
    }, 20_000);
  }
  const sold = (reservationId: string) => shop.rows<{ payment_id: string; status: string }>('SELECT payment_id, status FROM payments WHERE reservation_id = $1', [reservationId]);

  test('of a payment by points: the same key tells of the one that was made', async () => {
    const [{ buyer, reservationId }, key] = [await held(), randomUUID()];
    await buyer.charge(PRICE * 3);
    const answer = await lost(() => buyer.pay(reservationId, PRICE, key));
    expect(await sold(reservationId)).toEqual([{ payment_id: (answer.json() as { paymentId: string }).paymentId, status: 'SUCCESS' }]);
    expect(await balanceOf(buyer)).toBe(PRICE * 2);
  });

  test('of a payment by card: it is charged once, and the reservation confirmed', async () => {
    const [{ buyer, reservationId }, key] = [await held(), randomUUID()];
    const paymentId = ((await lost(() => buyer.payByCard(reservationId, PRICE, key))).json() as { paymentId: string }).paymentId;
    expect(await sold(reservationId)).toEqual([{ payment_id: paymentId, status: 'SUCCESS' }]);
    expect(shop.gatewayLedger.charges().filter(({ chargeId }) => chargeId === paymentId)).toHaveLength(1);
  });

  test.for([{ method: 'POINT' as const }, { method: 'CARD' as const }])('of a refund of a payment by $method: the money is back once', async ({ method }) => {
    const { buyer, paymentId } = await paid(method);
    const before = await balanceOf(buyer);
    await lost(() => buyer.refund(paymentId));
    expect((await buyer.payment(paymentId)).json()).toMatchObject({ status: 'REFUNDED', refund: 'SUCCESS' });
    expect(await balanceOf(buyer)).toBe(before + (method === 'POINT' ? PRICE : 0));
    expect(shop.gatewayLedger.refunds().filter(({ chargeId }) => chargeId === paymentId)).toHaveLength(method === 'CARD' ? 1 : 0);
  });
});

test('own reservations come newest first, page by page, each once, and nobody else\'s', async () => {
  const buyer = await (await shop.buyer()).active();
  const made: string[] = [];
  for (let n = 0; n < 5; n++) made.unshift(((await buyer.reserve(SCHEDULE, ++seats)).json() as { reservationId: string }).reservationId);
  const seen: string[] = [];
  let query = '?limit=2';
  for (let page = 0; query !== ''; page++) {
    const answer = (await buyer.reservations(query)).json() as { reservations: { reservationId: string; status: string }[]; nextCursor?: string };
    seen.push(...answer.reservations.map(({ reservationId }) => reservationId));
    query = answer.nextCursor === undefined ? '' : `?limit=2&cursor=${answer.nextCursor}`;
    expect(page).toBeLessThan(3);
  }
  expect(seen).toEqual(made);
  expect((await buyer.reservations()).json()).toMatchObject({ reservations: made.map((reservationId) => ({ reservationId, status: 'HELD' })) });
  for (const bad of ['?limit=0', '?limit=101', '?user=ann']) expect((await buyer.reservations(bad)).statusCode).toBe(400);
  for (const bad of ['?cursor=nonsense', `?cursor=${Buffer.from('2026-01-01 x').toString('base64url')}`]) expect((await buyer.reservations(bad)).statusCode).toBe(422);
  expect((await (await shop.buyer()).reservations()).json()).toEqual({ reservations: [] });
});

test('points are 0 before the first charge', async () => {
  const buyer = await shop.buyer();
  expect((await buyer.points()).json()).toEqual({ balance: 0 });
  await buyer.charge(700);
  expect((await buyer.points()).json()).toEqual({ balance: 700 });
});

test('keys of yesterday are forgotten, in batches; those still open at the gateway and those of today are kept', async () => {
  await shop.rows("INSERT INTO idempotency_keys (user_id, key, op, request_hash, status, created_at) SELECT 'old', 'k' || n, 'pay', '', CASE WHEN n = 1 THEN 202 ELSE 201 END, now() - interval '25 hours' FROM generate_series(1, 2500) n");
  await shop.rows("INSERT INTO idempotency_keys (user_id, key, op, request_hash, status, created_at) VALUES ('old', 'young', 'pay', '', 201, now() - interval '23 hours')");
  await using second = await secondProcess(shop, { ROLES: 'worker' });
  const left = () => shop.rows<{ key: string }>("SELECT key FROM idempotency_keys WHERE user_id = 'old' ORDER BY key LIMIT 3");
  await eventually('they are gone', async () => (await left()).length === 2);
  expect((await left()).map(({ key }) => key)).toEqual(['k1', 'young']);
  await eventually('they are counted', async () => /^idempotency_keys_purged_total 2499$/m.test((await second.app.inject('/metrics')).body));
});
