import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Service } from '../../service/app.ts';
import { GatewayLedger } from '../../service/gateway/ledger.ts';
import { buildGateway } from '../../service/gateway/main.ts';
import { BrokenGateway } from '../support/broken-gateway.ts';
import { Buyer } from '../support/buyer.ts';
import { expectInvariants } from '../support/invariants.ts';
import { eventually, PRICE, SCHEDULE, secondProcess, startTestService, type TestService } from '../support/service.ts';

/** Whatever buyers do, in whatever order, on two instances of the service over one database: the books balance after it. */
const seatsPerRun = 3;
const usersPerRun = 3;
const runs = 40;
const ledger = new GatewayLedger(undefined);
const undo = new AsyncDisposableStack();
let declining = false;
let gateway: BrokenGateway;
let shop: TestService;
let second: Service;
beforeAll(async () => {
  const upstream = buildGateway(ledger, { declines: () => declining });
  undo.defer(() => upstream.close());
  gateway = undo.use(await BrokenGateway.listen(await upstream.listen({ host: '127.0.0.1', port: 0 })));
  // Answers that get lost are looked for soon, so that late bookings happen in the midst of it all.
  const settings = { SHED_DELAY_MS: '60000', GATEWAY_BREAKER_RESET_MS: '100', REQUEST_TIMEOUT_MS: '900', STATEMENT_TIMEOUT_MS: '800' };
  shop = undo.use(await startTestService(inject('stack'), { gatewayUrl: gateway.url, topics: false, seats: seatsPerRun * runs * 3, settings }));
  second = undo.use(await secondProcess(shop));
});
afterAll(() => undo.disposeAsync());

const user = fc.nat(usersPerRun - 1);
const which = fc.nat(1);
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('charge' as const), user, on: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reserve' as const), user, seat: fc.nat(seatsPerRun - 1), on: which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('pay' as const, 'card' as const, 'refund' as const, 'refund' as const, 'cancel' as const, 'expire' as const), user, on: which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('gateway' as const), mood: fc.constantFrom('well' as const, 'declines' as const, 'answer lost' as const, 'declines, answer lost' as const), user: fc.constant(0), on: which }) },
);
type Step = (typeof step extends fc.Arbitrary<infer S> ? S : never) | { do: 'charge' | 'reserve'; user: number; seat: number; on: number };
/** Steps in one of these are taken at once, the lists one after the other. */
const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 6 });

interface Customer {
  buyers: readonly [Buyer, Buyer];
  reservationId: string | undefined;
  paymentId: string | undefined;
}

let played = 0;
/** A user with a turn, who can be heard by both instances. */
async function turn(name: string): Promise<readonly [Buyer, Buyer]> {
  const buyer = await (await Buyer.enter(shop.service.app, name)).active();
  return [buyer, new Buyer(second.app, name, buyer.token)];
}

async function take(move: Step, customer: Customer, firstSeat: number): Promise<void> {
  const buyer = customer.buyers[move.on] ?? expect.fail();
  const { reservationId, paymentId } = customer;
  if (move.do === 'gateway') {
    declining = move.mood.startsWith('declines');
    gateway.mishap = move.mood.endsWith('answer lost') ? 'answer lost' : 'none';
    return;
  }
  if (move.do === 'expire') {
    await shop.rows(`WITH r AS (UPDATE reservations SET hold_until = now() WHERE reservation_id = $1 AND status = 'HELD' RETURNING *)
      UPDATE seats s SET hold_until = now() FROM r WHERE s.reservation_id = r.reservation_id AND s.status = 'HELD' AND s.hold_until <> 'infinity'`, [reservationId ?? null]);
    return;
  }
  if (move.do !== 'charge' && move.do !== 'reserve' && reservationId === undefined) return;
  if (move.do === 'refund' && paymentId === undefined) return;
  const answer = await {
    charge: () => buyer.charge(PRICE),
    reserve: () => buyer.reserve(SCHEDULE, firstSeat + ('seat' in move ? move.seat : 0)),
    pay: () => buyer.pay(reservationId!, PRICE),
    card: () => buyer.payByCard(reservationId!, PRICE),
    cancel: () => buyer.cancel(reservationId!),
    refund: () => buyer.refund(paymentId!),
  }[move.do]();
  expect(answer.statusCode === 503 || answer.statusCode < 500, answer.body).toBe(true);
  if (answer.statusCode < 300 && answer.statusCode !== 204) {
    const body = answer.json() as { reservationId?: string; paymentId?: string };
    if (move.do === 'reserve') customer.reservationId = body.reservationId;
    if (body.paymentId !== undefined) customer.paymentId = body.paymentId;
  }
  if (answer.statusCode === 403) customer.buyers = await turn(buyer.user);
}

test('the invariants of the audit hold after every sequence of reserve, pay, cancel, expire, refund and charge', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (sequence) => {
      const run = ++played;
      const firstSeat = ((run - 1) % (runs * 3)) * seatsPerRun + 1;
      [declining, gateway.mishap] = [false, 'none'];
      const customers: Customer[] = await Promise.all(Array.from({ length: usersPerRun }, async (_, n) => ({ buyers: await turn(`run-${run}-${n}`), reservationId: undefined, paymentId: undefined })));
      // Everybody begins with points and a seat, so that the first steps have something to work on.
      for (const begin of ['charge', 'reserve'] as const) await Promise.all(customers.map((customer, n) => take({ do: begin, user: n, seat: n, on: n % 2 }, customer, firstSeat)));
      for (const round of sequence) await Promise.all(round.map((move) => take(move, customers[move.user] ?? expect.fail(), firstSeat)));
      await expectInvariants({ rows: shop.rows, gatewayLedger: ledger });
    }),
    { numRuns: runs, interruptAfterTimeLimit: 20_000 },
  );
  [declining, gateway.mishap] = [false, 'none'];
  await eventually('nothing waits for the gateway', async () => (await shop.rows("SELECT 1 FROM payments WHERE status = 'PENDING' UNION ALL SELECT 1 FROM charges WHERE status = 'PENDING' UNION ALL SELECT 1 FROM refunds WHERE status = 'PENDING'")).length === 0, 15_000);
  await expectInvariants({ rows: shop.rows, gatewayLedger: ledger });
  const ends = await shop.rows<{ what: string }>("SELECT DISTINCT 'reservation ' || status AS what FROM reservations UNION SELECT DISTINCT method || ' ' || status FROM payments");
  expect(ends.map(({ what }) => what)).toEqual(expect.arrayContaining(['reservation CONFIRMED', 'reservation EXPIRED', 'reservation CANCELLED', 'POINT SUCCESS', 'POINT REFUNDED', 'CARD SUCCESS', 'CARD REFUNDED']));
}, 60_000);
