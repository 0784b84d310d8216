import { expect, test } from 'vitest';
import type { Plan } from '../../../harness/contracts/plan.ts';
import { healthyWorld } from './healthy.ts';
import { addReservation, addSeat, addUser, at, auditOf, emptyWorld, id, idsWith, PRICE, say, type World } from './world.ts';

const placeOf = ({ ledger }: World, user: string) => ledger.places.filter((place) => place.user === user)[0] ?? expect.fail(`no place of ${user}`);

const allowed: readonly { readonly what: string; readonly plant: (world: World) => unknown; readonly plan?: Partial<Plan> }[] = [
  { what: 'an event published twice', plant: ({ ledger }) => ledger.broker.push({ ...(ledger.broker[0] ?? expect.fail()), offset: 99 }) },
  {
    what: 'a reservation that is answered again after the admission has ended',
    plant(world) {
      placeOf(world, 'u4').expiresMs = at(15);
      say(world, { op: 'reserve', user: 'u4', key: 'u4-reserve-4', schedule: 's1', seat: 4, tMs: at(30) }, { outcome: 'ok', reservation: id('r', 4) });
    },
  },
  { what: 'a declined charge', plant: (world) => [world.ledger.charges.push({ charge: id('c', 97), user: 'u6', amount: PRICE, status: 'FAILED', key: 'k' }), say(world, { op: 'charge', user: 'u6', key: 'k', amount: PRICE }, { outcome: 'fail', status: 402 })] },
  { what: 'a charge that is still pending and that the gateway never saw', plant: ({ ledger }) => ledger.charges.push({ charge: id('c', 97), user: 'u7', amount: PRICE, status: 'PENDING', key: 'u7-charge' }) },
  { what: 'a refusal after a request of the same key whose end nobody knows', plant: (world) => [say(world, { op: 'pay', user: 'u3', key: 'u3-pay', reservation: id('r', 3), amount: PRICE }, { outcome: 'fail' })] },
  { what: 'a new place once the old one has run out', plant: (world) => [Object.assign(placeOf(world, 'u6'), { expiresMs: at(20), doneMs: at(20) }), world.ledger.places.push({ scope: 'all', seq: 8, user: 'u6', issuedMs: at(20), admittedMs: null, expiresMs: null, doneMs: null }), say(world, { op: 'token', user: 'u6', tMs: at(19.95) }, { outcome: 'ok', seq: 8 })] },
  {
    what: 'a place given again in the moment in which another one ended',
    plant: (world) => [Object.assign(placeOf(world, 'u6'), { doneMs: at(20) }), Object.assign(placeOf(world, 'u7'), { admittedMs: at(20), expiresMs: at(320) })],
    plan: { service: { QUEUE_ACTIVE_CAP: '6' } },
  },
  { what: 'a burst of one second of the rate', plant: (world) => [1, 2, 3, 4].forEach((n) => Object.assign(placeOf(world, `u${n}`), { admittedMs: at(6) })), plan: { service: { QUEUE_ADMISSION_PER_SECOND: '4' } } },
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
