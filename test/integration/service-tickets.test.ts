import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** Seats and money over real servers: one effect, whatever is repeated. */
let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { seats: 60, settings: { HOLD_SECONDS: '300' } });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

let seats = 0;
const nextSeat = (): number => ++seats;

describe('paying', () => {
  async function held(points = PRICE * 2) {
    const buyer = await (await shop.buyer()).active();
    expect((await buyer.charge(points)).statusCode).toBe(201);
    const answer = await buyer.reserve(SCHEDULE, nextSeat());
    expect(answer.statusCode).toBe(201);
    return { buyer, reservationId: (answer.json() as { reservationId: string }).reservationId };
  }
  const effects = async (user: string): Promise<{ payments: number; balance: number; used: number }> => {
    const [row] = await shop.rows<{ payments: string; balance: string; used: string }>(
      `SELECT (SELECT count(*) FROM payments WHERE user_id = $1) AS payments, (SELECT balance FROM wallets WHERE user_id = $1) AS balance,
              (SELECT count(*) FROM transfers WHERE kind = 'USE' AND debit = 'user:' || $1) AS used`,
      [user],
    );
    return { payments: Number(row?.payments), balance: Number(row?.balance), used: Number(row?.used) };
  };

  test('the same key again gives the same body and no second effect', async () => {
    const { buyer, reservationId } = await held();
    const key = randomUUID();
    const [first, second] = [await buyer.pay(reservationId, PRICE, key), await buyer.pay(reservationId, PRICE, key)];
    expect(first.statusCode).toBe(201);
    expect(second.statusCode).toBe(201);
    expect(second.body).toBe(first.body);
    expect(await effects(buyer.user)).toEqual({ payments: 1, balance: PRICE, used: 1 });
  });

  test('the same key twenty times at once has one effect and one body', async () => {
    const { buyer, reservationId } = await held();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => buyer.pay(reservationId, PRICE, key)));
    const bodies = new Set(answers.filter((answer) => answer.statusCode === 201).map((answer) => answer.body));
    expect(bodies.size).toBe(1);
    for (const answer of answers) if (answer.statusCode !== 201) expect(answer.json()).toMatchObject({ retryable: true });
    expect((await buyer.pay(reservationId, PRICE, key)).body).toBe([...bodies][0]);
    expect(await effects(buyer.user)).toEqual({ payments: 1, balance: PRICE, used: 1 });
  });

  test('twenty different keys at once pay once', async () => {
    const { buyer, reservationId } = await held();
    const answers = await Promise.all(Array.from({ length: 20 }, () => buyer.pay(reservationId, PRICE)));
    expect(answers.filter((answer) => answer.statusCode === 201)).toHaveLength(1);
    expect(await effects(buyer.user)).toEqual({ payments: 1, balance: PRICE, used: 1 });
  });

  test('the same key for another request is refused', async () => {
    const { buyer, reservationId } = await held();
    const key = randomUUID();
    await buyer.pay(reservationId, PRICE, key);
    const other = await buyer.pay(reservationId, PRICE + 1, key);
    expect(other.statusCode).toBe(422);
    expect(other.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', retryable: false });
  });

  test('a refusal binds no key: with enough points the same request succeeds', async () => {
    const { buyer, reservationId } = await held(1000);
    const key = randomUUID();
    expect((await buyer.pay(reservationId, PRICE, key)).json()).toMatchObject({ status: 402, code: 'INSUFFICIENT_POINTS' });
    await buyer.charge(PRICE);
    expect((await buyer.pay(reservationId, PRICE, key)).statusCode).toBe(201);
    expect(await effects(buyer.user)).toEqual({ payments: 1, balance: 1000, used: 1 });
  });

  test('another amount than the price is refused', async () => {
    const { buyer, reservationId } = await held();
    expect((await buyer.pay(reservationId, PRICE - 1)).json()).toMatchObject({ status: 422, code: 'AMOUNT_MISMATCH' });
  });
});

test('a charge asked for twice by one key is made once, at the gateway too', async () => {
  const buyer = await shop.buyer();
  const key = randomUUID();
  const before = shop.gatewayLedger.charges().length;
  const answers = await Promise.all(Array.from({ length: 10 }, () => buyer.charge(7000, key)));
  expect(new Set(answers.map((answer) => (answer.json() as { chargeId: string }).chargeId)).size).toBe(1);
  expect((await buyer.charge(7000, key)).json()).toMatchObject({ status: 'SUCCESS', balance: 7000 });
  expect((await buyer.charge(7001, key)).statusCode).toBe(422);
  expect(shop.gatewayLedger.charges()).toHaveLength(before + 1);
});

test('a reservation asked for again by its key is the same one', async () => {
  const buyer = await (await shop.buyer()).active();
  const [seatNo, key] = [nextSeat(), randomUUID()];
  const first = await buyer.reserve(SCHEDULE, seatNo, key);
  expect(first.statusCode).toBe(201);
  expect((await buyer.reserve(SCHEDULE, seatNo, key)).body).toBe(first.body);
  expect((await buyer.reserve(SCHEDULE, nextSeat(), key)).statusCode).toBe(422);
});

test("somebody else's reservation is not found", async () => {
  const [owner, stranger] = [await (await shop.buyer()).active(), await (await shop.buyer()).active()];
  const { reservationId } = (await owner.reserve(SCHEDULE, nextSeat())).json() as { reservationId: string };
  expect((await owner.reservation(reservationId)).json()).toMatchObject({ status: 'HELD', price: PRICE });
  expect((await stranger.reservation(reservationId)).statusCode).toBe(404);
  await stranger.charge(PRICE);
  expect((await stranger.pay(reservationId, PRICE)).statusCode).toBe(404);
});

test('a place is over once it has paid', async () => {
  const buyer = await (await shop.buyer()).active();
  await buyer.charge(PRICE);
  const { reservationId } = (await buyer.reserve(SCHEDULE, nextSeat())).json() as { reservationId: string };
  expect((await buyer.pay(reservationId, PRICE)).statusCode).toBe(201);
  expect((await buyer.place()).json()).toMatchObject({ status: 410, code: 'TOKEN_OVER' });
  expect((await buyer.reserve(SCHEDULE, nextSeat())).json()).toMatchObject({ status: 403, code: 'TOKEN_OVER' });
  expect((await buyer.pay(reservationId, PRICE)).json()).toMatchObject({ status: 409, code: 'ALREADY_PAID' });
});
