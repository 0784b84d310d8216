import { expect, test } from 'vitest';
import type { Plan } from '../../../harness/contracts/plan.ts';
import { healthyWorld } from './healthy.ts';
import { addPayment, addReservation, addSeat, addUser, at, auditOf, byCard, emptyWorld, id, idsWith, lookAtOwn, lookAtSeats, PRICE, refund, say, type World } from '../../support/audit-world.ts';

const placeOf = ({ ledger }: World, user: string) => ledger.places.filter((place) => place.user === user)[0] ?? expect.fail(`no place of ${user}`);

function declined({ ledger }: World): void {
  ledger.payments.push({ payment: id('p', 98), reservation: id('r', 4), user: 'u4', amount: PRICE, method: 'CARD', status: 'FAILED', createdMs: at(20) });
  ledger.gateway.push({ charge: id('p', 98), amount: PRICE, status: 'DECLINED' });
}
function pendingCard(world: World): void {
  const seat = world.ledger.seats[5] ?? expect.fail();
  const held = addReservation(world, 6, seat, 'EXPIRED', at(20));
  Object.assign(held, { status: 'HELD' });
  Object.assign(seat, { status: 'HELD', reservation: held.reservation, holdUntilMs: null });
  world.ledger.payments.push({ payment: id('p', 99), reservation: held.reservation, user: 'u6', amount: PRICE, method: 'CARD', status: 'PENDING', createdMs: at(22) });
  say(world, { op: 'reserve', user: 'u6', key: 'u6-reserve-6', schedule: 's1', seat: 6, tMs: at(19.95) }, { outcome: 'ok', reservation: held.reservation });
}
/** To a user of whom the history says it too. */
function soldAgain(world: World): void {
  const seat = world.ledger.seats[0] ?? expect.fail();
  addReservation(world, 6, seat, 'CONFIRMED', at(80));
  addPayment(world, 6, id('r', 6), at(82));
  say(world, { op: 'reserve', user: 'u6', key: 'u6-reserve-1b', schedule: 's1', seat: 1, tMs: at(79.95) }, { outcome: 'ok', reservation: id('r', 6) });
  say(world, { op: 'pay', user: 'u6', key: 'u6-pay', reservation: id('r', 6), amount: PRICE, tMs: at(81.95) }, { outcome: 'ok', payment: id('p', 6) });
}

function unreadable({ ledger }: World, count: number): void {
  for (let index = 0; index < count; index++) {
    ledger.broker.push({ event: `(not JSON) 0/${90 + index}`, type: null, topic: 't', partition: 0, offset: 90 + index, payment: null, amount: null });
    ledger.deadLetters.push({ letter: index, consumer: 'projections', topic: 'payment-events', event: `0/${90 + index}`, error: 'not an event', replayed: false });
  }
}

const allowed: readonly { readonly what: string; readonly plant: (world: World) => unknown; readonly plan?: Partial<Plan> }[] = [
  { what: 'an event published twice', plant: ({ ledger }) => ledger.broker.push({ ...(ledger.broker[0] ?? expect.fail()), offset: 99 }) },
  {
    what: 'a reservation that is answered again after the admission has ended',
    plant(world) {
      placeOf(world, 'u4').expiresMs = at(15);
      say(world, { op: 'reserve', user: 'u4', key: 'u4-reserve-4', schedule: 's1', seat: 4, tMs: at(30) }, { outcome: 'ok', reservation: id('r', 4) });
    },
  },
  { what: 'messages that nobody can read, as many as a fault explains', plant: (world) => unreadable(world, 2), plan: { audit: { seatsSoldMin: 0, paymentsInFaultMin: 0, deadLettersMax: 2 } } },
  { what: 'a declined charge', plant: (world) => [world.ledger.charges.push({ charge: id('c', 97), user: 'u6', amount: PRICE, status: 'FAILED', key: 'k' }), say(world, { op: 'charge', user: 'u6', key: 'k', amount: PRICE }, { outcome: 'fail', status: 402 })] },
  { what: 'a charge that is still pending and that the gateway never saw', plant: ({ ledger }) => ledger.charges.push({ charge: id('c', 97), user: 'u7', amount: PRICE, status: 'PENDING', key: 'u7-charge' }) },
  { what: 'a payment by card', plant: (world) => byCard(world, 1) },
  { what: 'a card that was declined, and one of which nobody knows yet, whose seat is kept', plant: (world) => [declined(world), pendingCard(world)] },
  { what: 'a refunded payment by points', plant: (world) => refund(world, 1) },
  { what: 'a refunded payment by card, and its seat sold to the next', plant: (world) => [byCard(world, 1), refund(world, 1), soldAgain(world)] },
  { what: 'a refusal after a request of the same key whose end nobody knows', plant: (world) => [say(world, { op: 'pay', user: 'u3', key: 'u3-pay', reservation: id('r', 3), amount: PRICE }, { outcome: 'fail' })] },
  { what: 'a new place once the old one has run out', plant: (world) => [Object.assign(placeOf(world, 'u6'), { expiresMs: at(20), doneMs: at(20) }), world.ledger.places.push({ scope: 'all', seq: 8, user: 'u6', issuedMs: at(20), admittedMs: at(22), expiresMs: at(322), doneMs: null }), say(world, { op: 'token', user: 'u6', tMs: at(19.95) }, { outcome: 'ok', seq: 8 })] },
  {
    what: 'nobody let in while a fault holds, or while there is no room',
    plant: (world) => [Object.assign(placeOf(world, 'u7'), { issuedMs: at(40), admittedMs: at(57), expiresMs: at(357) }), say(world, { op: 'token', user: 'u7', tMs: at(40) - 20 }, { outcome: 'ok' })],
  },
  {
    what: 'a place given again in the moment in which another one ended',
    plant: (world) => [Object.assign(placeOf(world, 'u6'), { doneMs: at(20) }), Object.assign(placeOf(world, 'u7'), { admittedMs: at(20), expiresMs: at(320) })],
    plan: { service: { QUEUE_ACTIVE_CAP: '6' } },
  },
  { what: 'a burst of one second of the rate', plant: (world) => [1, 2, 3, 4].forEach((n) => Object.assign(placeOf(world, `u${n}`), { admittedMs: at(6) })), plan: { service: { QUEUE_ADMISSION_PER_SECOND: '4' } } },
  { what: 'a look at a reservation that began before its payment was answered', plant: (world) => lookAtOwn(world, 'u1', id('r', 1), 'HELD', at(42.04)) },
  { what: 'a look that says it was not there, before it was acknowledged', plant: (world) => lookAtOwn(world, 'u1', id('r', 1), 'MISSING', at(10.04)) },
  { what: 'a paid reservation that was refunded', plant: (world) => [refund(world, 1), lookAtOwn(world, 'u1', id('r', 1), 'CANCELLED', at(71))] },
  { what: 'a seat map as old as it may be', plant: (world) => lookAtSeats(world, 'u6', [4, 5, 6], at(15.1)) },
  { what: 'a seat map shown until the hold of its seat ran out', plant: (world) => lookAtSeats(world, 'u6', [4, 5, 6], at(41)) },
  { what: 'a seat map that shows seats nobody ever took', plant: (world) => lookAtSeats(world, 'u6', [5, 6, 13], at(50)) },
  { what: 'a message that was put aside and replayed', plant: ({ ledger }) => [ledger.deadLetters.push({ letter: 1, consumer: 'notifier', topic: 'notification-events', event: id('e', 1), error: 'no template', replayed: true })] },
  { what: 'an event, a hold and a key that are young', plant: ({ ledger }) => [Object.assign(ledger.snapshot[0] ?? {}, { takenMs: at(66) }), ledger.outbox.forEach((row) => row.createdMs >= at(60) && Object.assign(row, { publishedMs: null })), ledger.keys.filter(({ createdMs }) => createdMs > at(60)).forEach((row) => Object.assign(row, { status: null }))] },
];

test.each(allowed)('$what is no violation', async ({ plant, plan }) => {
  const world = healthyWorld();
  plant(world);
  const findings = await auditOf(world, plan ? { plan } : {});
  expect([idsWith(findings, 'broken'), idsWith(findings, 'unchecked')]).toEqual([[], []]);
});

test('a seat whose hold ran out is sold to the next, as often as that happens', async () => {
  const world = emptyWorld();
  const seat = addSeat(world, 1);
  for (const n of [1, 2, 3]) {
    addUser(world, n, at(n));
    addReservation(world, n, seat, n === 3 ? 'CONFIRMED' : 'EXPIRED', at(30 * n));
  }
  expect(idsWith(await auditOf(world), 'broken')).toEqual(['confirmed-paid-once']);
});

test('one more than the fault explains is one too many', async () => {
  const world = healthyWorld();
  unreadable(world, 3);
  const findings = await auditOf(world, { plan: { audit: { seatsSoldMin: 0, paymentsInFaultMin: 0, deadLettersMax: 2 } } });
  expect(idsWith(findings, 'broken').toSorted()).toEqual(['no-dead-letter', 'payment-at-broker']);
});
