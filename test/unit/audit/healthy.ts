import { addPayment, addReservation, addSeat, addUser, at, emptyWorld, id, lookAtOwn, lookAtSeats, PRICE, say, type World } from '../../support/audit-world.ts';

/**
 * A small healthy opening, with all that is allowed to happen:
 * u1 buys seat 1, everything is answered; u2 buys seat 2, its payment was answered only the second time;
 * u3 is refused seat 1, reserves seat 3, and never learns that charge and payment went well;
 * u4 reserves seat 4 and lets it run out; u5 then buys that seat, its first reserve timed out and did nothing;
 * u1 and u4 look at their reservations, u6 three times at the seat map, the first time while seats are being taken;
 * u6 is refused seat 1 and leaves; u7 never learns that it has a place, nor that its charge did not happen.
 */
export function healthyWorld(): World {
  const world = emptyWorld();
  const seats = [1, 2, 3, 4, 5, 6].map((seat) => addSeat(world, seat));
  for (let n = 1; n <= 6; n++) addUser(world, n, at(n));
  for (const n of [1, 2, 3, 5]) addReservation(world, n, seats[n === 5 ? 3 : n - 1] as (typeof seats)[number], 'CONFIRMED', at(n === 5 ? 60 : 10));
  const expired = addReservation(world, 4, { ...(seats[3] as (typeof seats)[number]), fence: -1 }, 'EXPIRED', at(12));
  expired.fence = 0;
  for (const n of [1, 2, 3, 5]) addPayment(world, n, id('r', n), at(n === 5 ? 62 : 42));
  world.ledger.places.push({ scope: 'all', seq: 7, user: 'u7', issuedMs: at(7), admittedMs: at(9), expiresMs: at(309), doneMs: null });
  world.timeline.push({ event: 'fault-apply', tMs: at(40), fault: 'redis-down' }, { event: 'fault-gone', tMs: at(56), fault: 'redis-down', evidence: 'it answers' });

  for (const n of [1, 2, 3, 4, 5, 6]) say(world, { op: 'token', user: `u${n}`, tMs: at(n) - 20 }, { outcome: 'ok', ...(n === 1 ? { seq: 1 } : {}) });
  for (const n of [1, 2, 4, 5, 6]) say(world, { op: 'charge', user: `u${n}`, key: `u${n}-charge`, amount: PRICE, tMs: at(n + 2.9) }, { outcome: 'ok', charge: id('c', n) });
  say(world, { op: 'charge', user: 'u3', key: 'u3-charge', amount: PRICE, tMs: at(5.9) }, { outcome: 'unknown', status: 202, charge: id('c', 3) });
  const reserve = (n: number, seat: number, tMs: number) => ({ op: 'reserve' as const, user: `u${n}`, key: `u${n}-reserve-${seat}`, schedule: 's1', seat, tMs });
  say(world, reserve(1, 1, at(9.95)), { outcome: 'ok', reservation: id('r', 1) });
  say(world, reserve(2, 2, at(9.95)), { outcome: 'ok', reservation: id('r', 2) });
  say(world, reserve(3, 1, at(9.96)), { outcome: 'fail', code: 'SEAT_TAKEN' });
  say(world, reserve(6, 1, at(9.97)), { outcome: 'fail', code: 'SEAT_TAKEN' });
  say(world, reserve(3, 3, at(9.99)), { outcome: 'ok', reservation: id('r', 3) });
  say(world, reserve(4, 4, at(11.95)), { outcome: 'ok', reservation: id('r', 4) });
  say(world, reserve(5, 4, at(58)), null);
  say(world, reserve(5, 4, at(59.95)), { outcome: 'ok', reservation: id('r', 5) });
  const pay = (n: number, tMs: number) => ({ op: 'pay' as const, user: `u${n}`, key: `u${n}-pay`, reservation: id('r', n), amount: PRICE, tMs });
  say(world, pay(1, at(41.95)), { outcome: 'ok', payment: id('p', 1) });
  say(world, pay(2, at(41.95)), { outcome: 'unknown' });
  say(world, pay(2, at(42.95)), { outcome: 'ok', payment: id('p', 2) });
  say(world, pay(3, at(41.95)), null);
  say(world, pay(5, at(61.95)), { outcome: 'ok', payment: id('p', 5) });
  lookAtOwn(world, 'u1', id('r', 1), 'HELD', at(10.1));
  lookAtOwn(world, 'u1', id('r', 1), 'CONFIRMED', at(42.1));
  lookAtOwn(world, 'u4', id('r', 4), 'HELD', at(20));
  lookAtOwn(world, 'u4', id('r', 4), 'EXPIRED', at(43));
  lookAtSeats(world, 'u6', [1, 2, 3, 4, 5, 6], at(10));
  lookAtSeats(world, 'u6', [5, 6], at(16));
  lookAtSeats(world, 'u6', [4, 5, 6], at(50));
  say(world, { op: 'token', user: 'u7', tMs: at(7) - 20 }, { outcome: 'unknown' });
  say(world, { op: 'charge', user: 'u7', key: 'u7-charge', amount: PRICE, tMs: at(10) }, { outcome: 'unknown' });
  return world;
}
