import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../harness/contracts/plan.ts';
import { healthyWorld } from './healthy.ts';
import { addReservation, at, auditOf, byCard, findingOf, id, idsWith, lookAtOwn, lookAtSeats, PRICE, refund, say, type World } from '../../support/audit-world.ts';

interface Planted {
  readonly what: string;
  readonly plant: (world: World) => unknown;
  /** what the example must say */
  readonly example: Record<string, unknown>;
  /** invariants that are broken by it as well */
  readonly also?: readonly string[];
  readonly plan?: Partial<Plan>;
}

const text = (part: string): unknown => expect.stringContaining(part);
/** The row that a test knows to be there. */
function the<Row>(rows: readonly Row[], wanted: (row: Row) => boolean): Row {
  const found = rows.find(wanted);
  if (!found) throw new Error('the healthy world has no such row');
  return found;
}
/** A newcomer in the queue, who was told so. */
function comes(world: World, times: Pick<World['ledger']['places'][number], 'issuedMs' | 'admittedMs' | 'expiresMs'>): void {
  world.ledger.places.push({ scope: 'all', seq: 8, user: 'u8', ...times, doneMs: null });
  say(world, { op: 'token', user: 'u8', tMs: times.issuedMs - 20 }, { outcome: 'ok' });
}

function drop<Row>(rows: Row[], unwanted: (row: Row) => boolean): void {
  rows.splice(rows.indexOf(the(rows, unwanted)), 1);
}

/** The event of a refund, where it lies at the broker. */
function tellRefund({ ledger }: World, n: number, where: { readonly partition: number; readonly offset: number }): void {
  ledger.outbox.push({ event: id('ef', n), topic: 'payment-events', aggregate: id('r', n), type: 'payment.refunded', payment: id('p', n), createdMs: at(70), publishedMs: at(71) });
  ledger.broker.push({ event: id('ef', n), type: 'payment.refunded', topic: 't.payment-events', payment: id('p', n), amount: PRICE, ...where });
}

const planted: Record<string, readonly Planted[]> = {
  'seat-sold-twice': [
    {
      what: 'two confirmed reservations of one seat',
      plant: ({ ledger }) => ledger.reservations.push({ ...the(ledger.reservations, ({ user }) => user === 'u1'), reservation: id('r', 9), user: 'u9', fence: 2 }),
      example: { seat: 1, owners: [expect.objectContaining({ user: 'u1' }), expect.objectContaining({ user: 'u9' })] },
      also: ['seat-reservation-agree', 'confirmed-paid-once', 'failed-no-effect'],
    },
    {
      what: 'one reservation that was paid twice',
      plant: ({ ledger }) => ledger.payments.push({ ...the(ledger.payments, ({ user }) => user === 'u1'), payment: id('p', 9) }),
      example: { seat: 1, owners: [expect.objectContaining({ user: 'u1', payments: 2 })] },
      also: ['confirmed-paid-once', 'payment-in-outbox', 'payment-at-broker', 'payment-at-platform-once', 'payment-use-transfer', 'one-sale-per-admission', 'unknown-at-most-one-effect'],
    },
    {
      what: 'a hold over another hold that has not run out',
      plant: (world) => addReservation(world, 6, { ...the(world.ledger.seats, ({ seat }) => seat === 4), fence: 7 }, 'EXPIRED', at(20)),
      example: { seat: 4, owners: [expect.objectContaining({ user: 'u4' }), expect.objectContaining({ user: 'u6' })] },
      also: ['failed-no-effect'],
    },
  ],
  'seat-reservation-agree': [
    { what: 'a seat that is free though its reservation is confirmed', plant: ({ ledger }) => Object.assign(the(ledger.seats, ({ seat }) => seat === 1), { status: 'AVAILABLE', reservation: null }), example: { reservation: id('r', 1), problem: text('no seat names') } },
    { what: 'a seat held by a reservation that has ended', plant: ({ ledger }) => Object.assign(the(ledger.seats, ({ seat }) => seat === 5), { status: 'HELD', reservation: id('r', 4) }), example: { reservation: id('r', 4), problem: text('not live') } },
    { what: 'a seat that is sold to nobody', plant: ({ ledger }) => Object.assign(the(ledger.seats, ({ seat }) => seat === 5), { status: 'SOLD' }), example: { seat: 5, problem: text('without a reservation') } },
    { what: 'a fence that is not the one of the reservation', plant: ({ ledger }) => Object.assign(the(ledger.seats, ({ seat }) => seat === 1), { fence: 9 }), example: { problem: 'the fences differ' } },
    { what: 'a confirmed reservation whose seat is only held', plant: ({ ledger }) => Object.assign(the(ledger.seats, ({ seat }) => seat === 1), { status: 'HELD' }), example: { problem: text('the seat is HELD') } },
  ],
  'confirmed-paid-once': [
    {
      what: 'a reservation confirmed without a payment',
      plant: ({ ledger }) => Object.assign(the(ledger.payments, ({ user }) => user === 'u3'), { status: 'FAILED' }),
      example: { reservation: id('r', 3), problem: 'confirmed without a payment' },
      also: ['payment-use-transfer', 'payment-in-outbox', 'payment-at-broker', 'payment-at-platform-once'],
    },
    { what: 'a payment of a reservation that ran out', plant: ({ ledger }) => Object.assign(the(ledger.reservations, ({ user }) => user === 'u1'), { status: 'EXPIRED' }), example: { problem: 'paid, but EXPIRED' }, also: ['seat-reservation-agree'] },
    { what: 'a refunded reservation that is still confirmed', plant: (world) => [refund(world, 1), Object.assign(the(world.ledger.reservations, ({ user }) => user === 'u1'), { status: 'CONFIRMED' }), Object.assign(the(world.ledger.seats, ({ seat }) => seat === 1), { status: 'SOLD', reservation: id('r', 1) })], example: { problem: 'refunded, but CONFIRMED' } },
    { what: 'a payment of another price', plant: ({ ledger }) => Object.assign(the(ledger.reservations, ({ user }) => user === 'u1'), { price: PRICE + 1 }), example: { problem: text(`instead of ${PRICE + 1}`) } },
  ],
  'balance-equals-transfers': [
    { what: 'a lost update of a wallet', plant: ({ ledger }) => Object.assign(the(ledger.wallets, ({ user }) => user === 'u4'), { balance: 0 }), example: { user: 'u4', balance: 0, transfers: PRICE, difference: -PRICE }, also: ['money-conserved'] },
    { what: 'transfers that add up to nothing, of a user without a wallet', plant: ({ ledger }) => drop(ledger.wallets, ({ user }) => user === 'u1'), example: { user: 'u1', wallets: 0, balance: 0, transfers: 0 } },
    { what: 'transfers of a user without a wallet', plant: ({ ledger }) => drop(ledger.wallets, ({ user }) => user === 'u4'), example: { user: 'u4' }, also: ['money-conserved'] },
  ],
  'events-in-order': [
    {
      what: 'a refund that is told before its payment',
      plant: (world) => [refund(world, 1), tellRefund(world, 1, { partition: 1, offset: 0 })],
      example: { reservation: id('r', 1), problem: 'a later event lies before an earlier one' },
    },
    { what: 'a refund that is told in another partition', plant: (world) => [refund(world, 1), tellRefund(world, 1, { partition: 2, offset: 9 })], example: { problem: 'in several partitions' } },
  ],
  'money-conserved': [
    {
      what: 'money that comes from no account of the system',
      plant: ({ ledger }) => {
        ledger.transfers.push({ transfer: id('tx', 1), debit: 'nowhere', credit: 'user:u4', amount: 7, kind: 'REFUND', ref: 'x', balanceAfter: PRICE + 7, createdMs: at(1) });
        the(ledger.wallets, ({ user }) => user === 'u4').balance += 7;
      },
      example: { differenceKrw: 7 },
      also: ['refunded-once'],
    },
  ],
  'balance-never-negative': [
    { what: 'a transfer that left less than nothing', plant: ({ ledger }) => Object.assign(the(ledger.transfers, ({ kind }) => kind === 'USE'), { balanceAfter: -1 }), example: { balanceAfter: -1 } },
    { what: 'a wallet below zero', plant: ({ ledger }) => Object.assign(the(ledger.wallets, ({ user }) => user === 'u4'), { balance: -5 }), example: { user: 'u4', balance: -5 }, also: ['balance-equals-transfers', 'money-conserved'] },
  ],
  'payment-use-transfer': [
    { what: 'a seat for which no points were taken', plant: ({ ledger }) => drop(ledger.transfers, ({ ref }) => ref === id('p', 1)), example: { payment: id('p', 1), problem: 'no points were taken' }, also: ['balance-equals-transfers', 'money-conserved'] },
    { what: 'points taken for no payment', plant: ({ ledger }) => Object.assign(the(ledger.transfers, ({ ref }) => ref === id('p', 1)), { ref: id('p', 99) }), example: { problem: 'no points were taken' } },
    { what: 'points of somebody else', plant: ({ ledger }) => Object.assign(the(ledger.transfers, ({ ref }) => ref === id('p', 1)), { debit: 'user:u4' }), example: { problem: text('user:u4') }, also: ['balance-equals-transfers'] },
  ],
  'payment-in-outbox': [
    { what: 'a payment that the outbox does not know', plant: ({ ledger }) => drop(ledger.outbox, ({ payment }) => payment === id('p', 1)), example: { payment: id('p', 1), problem: 'no event' } },
    { what: 'an event of a payment that was never made', plant: ({ ledger }) => ledger.outbox.push({ ...the(ledger.outbox, () => true), event: id('e', 99), payment: id('p', 99) }), example: { payment: id('p', 99), problem: text('without a committed payment') } },
    { what: 'two events of one payment', plant: ({ ledger }) => ledger.outbox.push({ ...the(ledger.outbox, () => true), event: id('e', 99) }), example: { problem: '2 events' } },
  ],
  'event-handled': [{ what: 'an event that a consumer never got', plant: ({ ledger }) => Object.assign(the(ledger.outbox, () => true), { lacks: ['projections'] }), example: { event: id('e', 1), lacks: ['projections'] } }],
  'payment-at-broker': [
    { what: 'an event that never reached the broker', plant: ({ ledger }) => drop(ledger.broker, ({ payment }) => payment === id('p', 2)), example: { payment: id('p', 2), problem: 'no message' } },
    { what: 'a message of a payment that was rolled back', plant: ({ ledger }) => ledger.broker.push({ ...the(ledger.broker, () => true), event: id('e', 99), payment: id('p', 99) }), example: { payment: id('p', 99), problem: text('without a committed payment') } },
    { what: 'a message with another amount', plant: ({ ledger }) => Object.assign(the(ledger.broker, () => true), { amount: 1 }), example: { problem: text('another amount') } },
  ],
  'payment-at-platform-once': [
    { what: 'a payment the platform never got', plant: ({ ledger }) => drop(ledger.platform, ({ payment }) => payment === id('p', 2)), example: { payment: id('p', 2), problem: 'not there' } },
    { what: 'a payment the platform has twice', plant: ({ ledger }) => ledger.platform.push({ ...the(ledger.platform, ({ payment }) => payment === id('p', 2)), event: id('e', 99) }), example: { payment: id('p', 2), problem: 'there 2 times' } },
    { what: 'a row of the platform from nowhere', plant: ({ ledger }) => ledger.platform.push({ payment: id('p', 99), event: id('e', 99), reservation: id('r', 99), amount: PRICE }), example: { payment: id('p', 99), problem: text('without a committed payment') } },
  ],
  'gateway-agrees': [
    { what: 'a success the gateway never approved', plant: ({ ledger }) => drop(ledger.gateway, ({ charge }) => charge === id('c', 6)), example: { charge: id('c', 6), problem: text('did not approve') } },
    { what: 'money the gateway took twice', plant: ({ ledger }) => ledger.gateway.push({ ...the(ledger.gateway, ({ charge }) => charge === id('c', 6)) }), example: { charge: id('c', 6), problem: 'approved 2 times' } },
    { what: 'money the gateway took for a charge that is still pending', plant: ({ ledger }) => [ledger.charges.push({ charge: id('c', 7), user: 'u7', amount: PRICE, status: 'PENDING', key: 'u7-charge' }), ledger.gateway.push({ charge: id('c', 7), amount: PRICE, status: 'APPROVED' })], example: { charge: id('c', 7), problem: text('never credited') } },
    { what: 'money the gateway took for nobody', plant: ({ ledger }) => ledger.gateway.push({ charge: id('c', 99), amount: PRICE, status: 'APPROVED' }), example: { charge: id('c', 99), problem: text('for no charge') } },
    { what: 'a ticket paid by a card that the gateway never charged', plant: (world) => [byCard(world, 1), drop(world.ledger.gateway, ({ charge }) => charge === id('p', 1))], example: { charge: id('p', 1), problem: text('did not approve') } },
    { what: 'a card that was charged for a ticket twice', plant: (world) => [byCard(world, 1), world.ledger.gateway.push({ ...the(world.ledger.gateway, ({ charge }) => charge === id('p', 1)) })], example: { charge: id('p', 1), problem: 'approved 2 times' } },
    { what: 'a card that was charged though the payment failed', plant: ({ ledger }) => [ledger.payments.push({ payment: id('p', 98), reservation: id('r', 4), user: 'u4', amount: PRICE, method: 'CARD', status: 'FAILED', createdMs: at(20) }), ledger.gateway.push({ charge: id('p', 98), amount: PRICE, status: 'APPROVED' })], example: { problem: 'approved, but here it is FAILED' } },
    { what: 'another amount', plant: ({ ledger }) => Object.assign(the(ledger.gateway, ({ charge }) => charge === id('c', 6)), { amount: 1 }), example: { problem: text('approved over 1') } },
  ],
  'refunded-once': [
    { what: 'a refund without the points', plant: (world) => [refund(world, 1), drop(world.ledger.transfers, ({ kind }) => kind === 'REFUND'), (the(world.ledger.wallets, ({ user }) => user === 'u1').balance -= PRICE)], example: { payment: id('p', 1), problem: 'refunded, but no money went back' } },
    { what: 'a card that was paid back twice', plant: (world) => [byCard(world, 1), refund(world, 1), world.ledger.gatewayRefunds.push({ refund: id('f', 91), charge: id('p', 1), amount: PRICE, status: 'APPROVED' })], example: { problem: 'the money went back 2 times' } },
    { what: 'two refunds of one payment', plant: (world) => [refund(world, 1), world.ledger.refunds.push({ ...the(world.ledger.refunds, () => true), refund: id('f', 91) })], example: { problem: 'refunded 2 times' } },
    { what: 'money given back for a ticket that is kept', plant: (world) => [byCard(world, 1), world.ledger.gatewayRefunds.push({ refund: id('f', 91), charge: id('p', 1), amount: PRICE, status: 'APPROVED' })], example: { problem: 'the money went back, but the payment is SUCCESS' } },
    { what: 'a card paid back in points', plant: (world) => [refund(world, 1), byCard(world, 1)], example: { problem: text('another way') } },
    { what: 'money given back for nothing', plant: ({ ledger }) => ledger.gatewayRefunds.push({ refund: id('f', 91), charge: id('c', 1), amount: PRICE, status: 'APPROVED' }), example: { problem: 'money went back for no payment of ours' } },
    { what: 'less than was paid', plant: (world) => [byCard(world, 1), refund(world, 1), Object.assign(the(world.ledger.gatewayRefunds, () => true), { amount: 1 })], example: { problem: text('1 given back') } },
  ],
  'no-hold-overdue': [
    { what: 'a hold nobody swept', plant: ({ ledger }) => Object.assign(the(ledger.reservations, ({ user }) => user === 'u4'), { status: 'HELD' }), example: { reservation: id('r', 4), overdueMs: 158_000 }, also: ['seat-reservation-agree'] },
  ],
  'no-key-half-done': [{ what: 'a key without an answer', plant: ({ ledger }) => Object.assign(the(ledger.keys, ({ key }) => key === 'u4-charge'), { status: null }), example: { user: 'u4', key: 'u4-charge' } }],
  'unreadable-kept': [
    {
      what: 'messages that nobody can read, of which one was skipped',
      plant: ({ ledger }) => {
        for (const offset of [90, 91]) ledger.broker.push({ event: `(not JSON) 0/${offset}`, type: null, topic: 't.payment-events', partition: 0, offset, payment: null, amount: null });
        ledger.deadLetters.push({ letter: 1, consumer: 'projections', topic: 'payment-events', event: null, error: 'not JSON', replayed: false });
      },
      example: { topic: 't.payment-events', deadLetters: 1 },
      plan: { audit: { seatsSoldMin: 0, paymentsInFaultMin: 0, deadLettersMax: 2 } },
    },
  ],
  'no-dead-letter': [{ what: 'a message that was put aside', plant: ({ ledger }) => ledger.deadLetters.push({ letter: 1, consumer: 'projections', topic: 'payment-events', event: id('e', 1), error: 'not an event', replayed: false }), example: { letter: 1, consumer: 'projections', event: id('e', 1) } }],
  'outbox-drained': [{ what: 'an event that was never sent', plant: ({ ledger }) => Object.assign(the(ledger.outbox, () => true), { publishedMs: null }), example: { event: id('e', 1) } }],
  'admissions-within-cap': [{ what: 'more users admitted at one time than allowed', plant: () => {}, plan: { service: { QUEUE_ACTIVE_CAP: '5' } }, example: { seq: 6, active: 6, cap: 5 } }],
  'admissions-within-rate': [
    {
      what: 'three admitted at once where one a second may be',
      plant: ({ ledger }) => ledger.places.filter(({ seq }) => seq >= 2 && seq <= 4).forEach((place) => Object.assign(place, { admittedMs: at(6) })),
      plan: { service: { QUEUE_ADMISSION_PER_SECOND: '1' } },
      example: { burst: 1, ratePerSecond: 1 },
    },
  ],
  'admission-goes-on': [
    { what: 'somebody who is never let in, though there is room', plant: (world) => comes(world, { issuedMs: at(70), admittedMs: null, expiresMs: null }), example: { waiting: 1, fromMs: at(70), toMs: at(200), stalledMs: 130_000 } },
    { what: 'somebody who is let in late', plant: (world) => comes(world, { issuedMs: at(70), admittedMs: at(81), expiresMs: at(381) }), example: { toMs: at(81), stalledMs: 11_000 } },
    { what: 'a stall that went on after the fault', plant: (world) => comes(world, { issuedMs: at(41), admittedMs: at(67), expiresMs: at(367) }), example: { fromMs: at(41), stalledMs: 11_000 } },
  ],
  'one-sale-per-admission': [
    { what: 'a place that is not over though it was bought with', plant: ({ ledger }) => Object.assign(the(ledger.places, ({ user }) => user === 'u1'), { doneMs: null }), example: { user: 'u1', placesOver: 0 } },
  ],
  'one-place-per-user': [{ what: 'a second place while the first is live', plant: ({ ledger }) => ledger.places.push({ scope: 'all', seq: 8, user: 'u7', issuedMs: at(20), admittedMs: at(22), expiresMs: at(322), doneMs: null }), example: { user: 'u7', seqs: [7, 8] }, also: ['unknown-at-most-one-effect'] }],
  'acknowledged-reservation-exists': [
    { what: 'a reservation that is nowhere', plant: (world) => say(world, { op: 'reserve', user: 'u6', schedule: 's1', seat: 6 }, { outcome: 'ok', reservation: id('r', 99) }), example: { problem: text('no such row') } },
    { what: 'a reservation of another seat', plant: ({ ledger }) => Object.assign(the(ledger.reservations, ({ user }) => user === 'u4'), { seat: 6 }), example: { problem: 'it is for another seat' }, also: ['seat-map-fresh', 'failed-no-effect'] },
  ],
  'acknowledged-payment-exists': [
    { what: 'a payment that is nowhere', plant: (world) => say(world, { op: 'pay', user: 'u4', reservation: id('r', 4), amount: PRICE }, { outcome: 'ok', payment: id('p', 99) }), example: { problem: text('no such row') }, also: ['own-read-never-back', 'seat-acknowledged-twice'] },
    { what: 'a payment over another amount than was asked for', plant: ({ history }) => Object.assign(the(history, (line) => line.e === 'invoke' && line.op === 'pay' && line.user === 'u1'), { amount: 1 }), example: { problem: text('instead of 1') } },
  ],
  'acknowledged-charge-exists': [
    { what: 'a charge that is nowhere', plant: (world) => say(world, { op: 'charge', user: 'u6', key: 'k', amount: PRICE }, { outcome: 'ok', charge: id('c', 99) }), example: { problem: text('no such row') } },
    {
      what: 'a charge that failed',
      plant(world) {
        world.ledger.charges.push({ charge: id('c', 98), user: 'u6', amount: PRICE, status: 'FAILED', key: 'k' });
        say(world, { op: 'charge', user: 'u6', key: 'k', amount: PRICE }, { outcome: 'ok', charge: id('c', 98) });
      },
      example: { problem: 'it is FAILED' },
    },
  ],
  'acknowledged-place-exists': [
    { what: 'a place that is nowhere', plant: (world) => say(world, { op: 'token', user: 'u9' }, { outcome: 'ok' }), example: { problem: text('no such row') } },
    { what: 'the number of somebody else', plant: (world) => say(world, { op: 'token', user: 'u6' }, { outcome: 'ok', seq: 1 }), example: { problem: text('no such row') } },
  ],
  'seat-acknowledged-twice': [
    {
      what: 'a second owner written over the first',
      plant(world) {
        say(world, { op: 'reserve', user: 'u6', key: 'k1', schedule: 's1', seat: 1 }, { outcome: 'ok', reservation: id('r', 99) });
        say(world, { op: 'pay', user: 'u6', key: 'k2', reservation: id('r', 99), amount: PRICE }, { outcome: 'ok', payment: id('p', 99) });
      },
      example: { seat: 1, owners: [expect.objectContaining({ user: 'u1' }), expect.objectContaining({ user: 'u6' })] },
      also: ['acknowledged-reservation-exists', 'acknowledged-payment-exists'],
    },
  ],
  'unknown-at-most-one-effect': [
    { what: 'a charge that timed out and was done twice', plant: ({ ledger }) => ledger.charges.push({ charge: id('c', 93), user: 'u3', amount: PRICE, status: 'SUCCESS', key: 'u3-charge' }), example: { user: 'u3', op: 'charge', effects: [id('c', 3), id('c', 93)] }, also: ['gateway-agrees'] },
    { what: 'a charge that was answered and done twice', plant: ({ ledger }) => ledger.charges.push({ charge: id('c', 96), user: 'u6', amount: PRICE, status: 'SUCCESS', key: 'u6-charge' }), example: { user: 'u6', untold: [id('c', 96)] }, also: ['gateway-agrees'] },
  ],
  'failed-no-effect': [
    { what: 'a seat the user was refused and has all the same', plant: (world) => addReservation(world, 6, { ...the(world.ledger.seats, ({ seat }) => seat === 1), fence: 7, seat: 1 }, 'EXPIRED', at(150)), example: { user: 'u6', op: 'reserve', about: 's1:1', effects: [id('r', 6)] }, also: ['seat-sold-twice'] },
    { what: 'a charge nobody asked for', plant: ({ ledger }) => ledger.charges.push({ charge: id('c', 96), user: 'u6', amount: PRICE, status: 'SUCCESS', key: 'never' }), example: { user: 'u6', about: 'never' }, also: ['gateway-agrees'] },
  ],
  'one-key-one-answer': [{ what: 'a repeated request that is answered with another id', plant: (world) => say(world, { op: 'charge', user: 'u6', key: 'u6-charge', amount: PRICE }, { outcome: 'ok', charge: id('c', 1) }), example: { user: 'u6', key: 'u6-charge' }, also: ['acknowledged-charge-exists'] }],
  'reserved-with-admission': [
    { what: 'a seat for somebody who still waited', plant: ({ ledger }) => Object.assign(the(ledger.places, ({ user }) => user === 'u4'), { admittedMs: at(13), expiresMs: at(313) }), example: { operation: expect.objectContaining({ user: 'u4' }) } },
    { what: 'a seat for somebody whose time was over', plant: ({ ledger }) => Object.assign(the(ledger.places, ({ user }) => user === 'u4'), { expiresMs: at(11) }), example: { operation: expect.objectContaining({ user: 'u4' }) } },
  ],
  'own-read-never-back': [
    { what: 'a paid reservation that is seen as held', plant: (world) => lookAtOwn(world, 'u2', id('r', 2), 'HELD', at(43.2)), example: { reservation: id('r', 2), saw: 'HELD', knownAs: 'CONFIRMED' } },
    { what: 'a paid reservation that is seen as run out', plant: (world) => lookAtOwn(world, 'u1', id('r', 1), 'EXPIRED', at(44)), example: { saw: 'EXPIRED', knownAs: 'CONFIRMED' } },
    { what: 'a reservation that was acknowledged and is not there', plant: (world) => lookAtOwn(world, 'u2', id('r', 2), 'MISSING', at(10.2)), example: { saw: 'MISSING', knownAs: 'HELD', by: expect.objectContaining({ op: 'reserve' }) } },
    { what: 'a reservation that was seen confirmed before anybody said so', plant: (world) => [lookAtOwn(world, 'u3', id('r', 3), 'CONFIRMED', at(42)), lookAtOwn(world, 'u3', id('r', 3), 'HELD', at(43))], example: { user: 'u3', saw: 'HELD', by: expect.objectContaining({ e: 'look' }) } },
    { what: 'a hold that had run out and is back', plant: (world) => lookAtOwn(world, 'u4', id('r', 4), 'HELD', at(44)), example: { saw: 'HELD', knownAs: 'EXPIRED' } },
  ],
  'seat-map-fresh': [
    { what: 'a paid seat that is shown as free', plant: (world) => lookAtSeats(world, 'u6', [1, 5, 6], at(50)), example: { schedule: 's1', seatsWrong: 1, boundMs: 3100, oldest: expect.objectContaining({ seat: 1 }) } },
    { what: 'a held seat that is shown as free', plant: (world) => lookAtSeats(world, 'u6', [4, 5, 6], at(16)), example: { oldest: expect.objectContaining({ seat: 4, reservation: id('r', 4) }) } },
    { what: 'a seat whose taker never learnt of it, beyond the time that taking it may last', plant: ({ ledger, ...world }) => [ledger.reservations.push({ ...the(ledger.reservations, ({ user }) => user === 'u4'), reservation: id('r', 6), user: 'u6', seat: 6, createdMs: at(12), holdUntilMs: at(42) }), lookAtSeats({ ledger, ...world }, 'u6', [5, 6], at(16.2))], example: { oldest: expect.objectContaining({ seat: 6 }) }, also: ['failed-no-effect'] },
    { what: 'a bound that the plan has lowered', plant: (world) => lookAtSeats(world, 'u6', [4, 5, 6], at(14)), plan: { service: { CACHE_SEATS_MS: '100', CACHE_LOCAL_MS: '0', CACHE_SLOW_TTL_FACTOR: '1' } }, example: { boundMs: 1100, oldest: expect.objectContaining({ seat: 4 }) } },
  ],
};

describe.each(Object.entries(planted))('%s', (invariant, violations) => {
  test.each(violations)('finds $what', async ({ plant, example, also = [], plan }) => {
    const world = healthyWorld();
    plant(world);
    const findings = await auditOf(world, plan ? { plan } : {});
    expect(idsWith(findings, 'unchecked')).toEqual([]);
    expect(idsWith(findings, 'broken').toSorted()).toEqual([invariant, ...also].toSorted());
    const finding = findingOf(findings, invariant);
    expect(finding.violations).toBeGreaterThan(0);
    expect([finding.first, finding.worst, finding.last]).toContainEqual(expect.objectContaining(example));
  });
});

test('every invariant is shown to find something', async () => {
  const { findings } = await auditOf(healthyWorld());
  expect(Object.keys(planted).toSorted()).toEqual(findings.map((finding) => finding.id).toSorted());
});
