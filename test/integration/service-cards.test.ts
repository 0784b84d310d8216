import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { GatewayLedger } from '../../service/gateway/ledger.ts';
import { buildGateway } from '../../service/gateway/main.ts';
import { BrokenGateway, type Mishap } from '../support/broken-gateway.ts';
import type { Buyer } from '../support/buyer.ts';
import { expectInvariants } from '../support/invariants.ts';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** Paying by card when the gateway declines, is late, or loses what it says: charged once or not at all, the seat never given away meanwhile. */
const ledger = new GatewayLedger(undefined);
const undo = new AsyncDisposableStack();
let declining = false;
let gateway: BrokenGateway;
let shop: TestService;
beforeAll(async () => {
  const upstream = buildGateway(ledger, { declines: () => declining });
  undo.defer(() => upstream.close());
  gateway = undo.use(await BrokenGateway.listen(await upstream.listen({ host: '127.0.0.1', port: 0 })));
  shop = undo.use(await startTestService(inject('stack'), { gatewayUrl: gateway.url, topics: false, settings: { GATEWAY_BREAKER_RESET_MS: '300', HOLD_SECONDS: '3' } }));
});
afterAll(() => undo.disposeAsync());
beforeEach(async () => {
  [gateway.mishap, declining] = ['none', false];
  await eventually('the gateway is trusted again', async () => (await (await shop.buyer()).charge(1)).statusCode === 201, 5000);
});

let seats = 0;
interface Held {
  readonly buyer: Buyer;
  readonly seatNo: number;
  readonly reservationId: string;
}
async function held(): Promise<Held> {
  const [buyer, seatNo] = [await (await shop.buyer()).active(), ++seats];
  const answer = await buyer.reserve(SCHEDULE, seatNo);
  expect(answer.statusCode).toBe(201);
  return { buyer, seatNo, reservationId: (answer.json() as { reservationId: string }).reservationId };
}
const statusOf = async ({ buyer, reservationId }: Held) => ((await buyer.reservation(reservationId)).json() as { status: string }).status;
const paymentIdOf = (answer: { json: () => unknown }) => (answer.json() as { paymentId: string }).paymentId;
const chargesAtGateway = (id: string) => ledger.charges().filter(({ chargeId, status }) => chargeId === id && status === 'APPROVED').length;
const events = async (type: string, paymentId: string) => (await shop.rows(`SELECT 1 FROM outbox_events WHERE event_type = $1 AND payload->>'paymentId' = $2`, [type, paymentId])).length;
const overHold = (hold: Held) => eventually('the hold is over', async () => (await shop.rows('SELECT 1 FROM reservations WHERE reservation_id = $1 AND hold_until < clock_timestamp()', [hold.reservationId])).length === 1);
const invariants = () => expectInvariants({ rows: shop.rows, gatewayLedger: ledger });

test('a card that is charged buys the ticket, ends the place, and the same key gives the same answer', async () => {
  const [hold, key] = [await held(), randomUUID()];
  const { buyer, reservationId } = hold;
  const revenue = await shop.metric('payment_revenue_krw_total{method="CARD"}');
  const answer = await buyer.payByCard(reservationId, PRICE, key);
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toMatchObject({ method: 'CARD', status: 'SUCCESS', amount: PRICE, seatNo: hold.seatNo });
  expect((await buyer.payByCard(reservationId, PRICE, key)).body).toBe(answer.body);
  expect((await buyer.pay(reservationId, PRICE, key)).json()).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
  expect(await statusOf(hold)).toBe('CONFIRMED');
  expect((await buyer.place()).json()).toMatchObject({ code: 'TOKEN_OVER' });
  expect((await buyer.payment(paymentIdOf(answer))).json()).toMatchObject({ status: 'SUCCESS', method: 'CARD', refund: null });
  expect(await shop.metric('payment_revenue_krw_total{method="CARD"}')).toBe(revenue + PRICE);
  expect(chargesAtGateway(paymentIdOf(answer))).toBe(1);
  expect(await events('payment.completed', paymentIdOf(answer))).toBe(1);
  await invariants();
});

test('a card that is declined leaves all as it was: the same hold, the same key, another try', async () => {
  const [hold, key] = [await held(), randomUUID()];
  const before = await hold.buyer.reservation(hold.reservationId);
  declining = true;
  expect((await hold.buyer.payByCard(hold.reservationId, PRICE, key)).json()).toMatchObject({ status: 402, code: 'CARD_DECLINED', retryable: false });
  expect((await hold.buyer.reservation(hold.reservationId)).body).toBe(before.body);
  expect((await hold.buyer.place()).json()).toMatchObject({ status: 'ACTIVE' });
  await invariants();
  declining = false;
  expect((await hold.buyer.payByCard(hold.reservationId, PRICE, key)).statusCode).toBe(201);
  await invariants();
});

test('a hold whose card was declined runs out at its time', async () => {
  const hold = await held();
  declining = true;
  await hold.buyer.payByCard(hold.reservationId, PRICE);
  await eventually('it has run out', async () => (await statusOf(hold)) === 'EXPIRED');
  expect((await (await (await shop.buyer()).active()).reserve(SCHEDULE, hold.seatNo)).statusCode).toBe(201);
  await eventually('the sweep has been', async () => (await shop.rows("SELECT 1 FROM reservations WHERE status = 'HELD' AND hold_until < clock_timestamp()")).length === 0);
  await invariants();
});

describe('the gateway does not answer', () => {
  test.for<{ mishap: Mishap }>([{ mishap: 'answer lost' }, { mishap: 'hangs' }, { mishap: 'request lost' }])(
    '$mishap: 202 in time, the seat is nobody else\'s past the end of its hold, then exactly one charge and one confirmed reservation',
    async ({ mishap }) => {
      const [hold, key, rival] = [await held(), randomUUID(), await (await shop.buyer()).active()];
      gateway.mishap = mishap;
      const startedMs = performance.now();
      const answer = await hold.buyer.payByCard(hold.reservationId, PRICE, key);
      expect(performance.now() - startedMs).toBeLessThan(2000);
      expect(answer.statusCode).toBe(202);
      expect(answer.headers['x-degraded']).toBe('gateway');
      expect(answer.json()).toMatchObject({ status: 'PENDING' });
      gateway.mishap = 'down';
      await overHold(hold);
      expect((await hold.buyer.payByCard(hold.reservationId, PRICE, key)).body).toBe(answer.body);
      for (const other of [await hold.buyer.payByCard(hold.reservationId, PRICE), await hold.buyer.pay(hold.reservationId, PRICE), await hold.buyer.cancel(hold.reservationId), await hold.buyer.refund(paymentIdOf(answer))]) {
        expect(other.json()).toMatchObject({ status: 409, code: 'PAYMENT_PENDING', retryable: true });
      }
      expect((await rival.reserve(SCHEDULE, hold.seatNo)).json()).toMatchObject({ code: 'SEAT_TAKEN' });
      expect(await statusOf(hold)).toBe('HELD');
      await invariants();
      gateway.mishap = 'none';
      const settled = await eventually('the payment is settled', async () => {
        const again = await hold.buyer.payByCard(hold.reservationId, PRICE, key);
        return again.statusCode === 201 && again;
      }, 15_000);
      expect(settled.json()).toMatchObject({ paymentId: paymentIdOf(answer), status: 'SUCCESS' });
      expect(await statusOf(hold)).toBe('CONFIRMED');
      expect(chargesAtGateway(paymentIdOf(answer))).toBe(1);
      await invariants();
    },
  );

  test('declined, and the answer lost: the payment fails late, and the seat is on sale again', async () => {
    const [hold, key, next] = [await held(), randomUUID(), await (await shop.buyer()).active()];
    [gateway.mishap, declining] = ['answer lost', true];
    const answer = await hold.buyer.payByCard(hold.reservationId, PRICE, key);
    expect(answer.statusCode).toBe(202);
    gateway.mishap = 'none';
    await eventually('the payment has failed', async () => ((await hold.buyer.payment(paymentIdOf(answer))).json() as { status: string }).status === 'FAILED');
    expect(await statusOf(hold)).toBe('CANCELLED');
    expect(await events('payment.failed', paymentIdOf(answer))).toBe(1);
    expect(chargesAtGateway(paymentIdOf(answer))).toBe(0);
    expect((await next.reserve(SCHEDULE, hold.seatNo)).statusCode).toBe(201);
    expect((await hold.buyer.payByCard(hold.reservationId, PRICE, key)).json()).toMatchObject({ status: 410, code: 'RESERVATION_CANCELLED' });
    await invariants();
  });

  test('a refund whose answer is lost ends with the money back once; until then the ticket is kept', async () => {
    const hold = await held();
    const paymentId = paymentIdOf(await hold.buyer.payByCard(hold.reservationId, PRICE));
    gateway.mishap = 'answer lost';
    const answer = await hold.buyer.refund(paymentId);
    expect(answer.statusCode).toBe(202);
    expect(await statusOf(hold)).toBe('CONFIRMED');
    expect((await hold.buyer.refund(paymentId, randomUUID())).body).toBe(answer.body);
    await invariants();
    gateway.mishap = 'none';
    await eventually('the refund is settled', async () => ((await hold.buyer.payment(paymentId)).json() as { status: string }).status === 'REFUNDED');
    expect((await hold.buyer.refund(paymentId)).json()).toMatchObject({ status: 'SUCCESS', paymentId });
    expect(ledger.refunds().filter(({ chargeId }) => chargeId === paymentId)).toHaveLength(1);
    expect(await statusOf(hold)).toBe('CANCELLED');
    await invariants();
  });
});

test('a refund that the gateway declines changes nothing', async () => {
  const hold = await held();
  const paymentId = paymentIdOf(await hold.buyer.payByCard(hold.reservationId, PRICE));
  ledger.refund('by hand, at the gateway', paymentId, PRICE);
  expect((await hold.buyer.refund(paymentId, 'refund')).json()).toMatchObject({ status: 409, code: 'REFUND_DECLINED' });
  expect((await hold.buyer.payment(paymentId)).json()).toMatchObject({ status: 'SUCCESS', refund: 'FAILED' });
  expect(await statusOf(hold)).toBe('CONFIRMED');
  expect((await hold.buyer.charge(1, 'refund')).statusCode).toBe(201);
});
