import type { LedgerRow } from '../../contracts/ledger.ts';
import { joinSorted } from '../join.ts';
import type { LedgerInvariant } from './invariant.ts';

type Seat = LedgerRow<'seats'>;
type Reservation = LedgerRow<'reservations'>;

/** A3 of the tried audits. */
export const seatReservationAgree: LedgerInvariant = {
  id: 'seat-reservation-agree',
  title: 'Every taken seat and its live reservation name each other, with the same fence: sold means confirmed, held means held',
  check(ledger, tally) {
    for (const { reservation, schedule, seat, status } of ledger.rows('seats')) {
      if (reservation !== null) continue;
      tally.look();
      if (status !== 'AVAILABLE') tally.violate({ schedule, seat, problem: `is ${status} without a reservation` });
    }
    const joined = joinSorted({
      seats: { rows: ledger.by('seats', 'reservation', (row) => row.reservation ?? '', taken), key: (row: Seat) => row.reservation ?? '' },
      reservations: { rows: ledger.rows('reservations'), key: (row: Reservation) => row.reservation },
    });
    for (const { key, sides } of joined) {
      const live = sides.reservations.filter(({ status }) => status === 'HELD' || status === 'CONFIRMED');
      if (sides.seats.length + live.length === 0) continue;
      tally.look();
      const problem = disagreement(sides.seats, live);
      if (problem) tally.violate({ reservation: key, problem, seat: sides.seats[0] ?? null, claim: live[0] ?? null });
    }
  },
};

const taken = ({ reservation }: Seat): boolean => reservation !== null;

function disagreement([seat, ...seats]: readonly Seat[], [reservation]: readonly Reservation[]): string | undefined {
  if (!seat) return 'a live reservation that no seat names';
  if (seats.length > 0) return 'two seats name one reservation';
  if (!reservation) return 'a seat names a reservation that is not live';
  if (seat.schedule !== reservation.schedule || seat.seat !== reservation.seat) return 'the reservation is for another seat';
  if (seat.fence !== reservation.fence) return 'the fences differ';
  const expected = reservation.status === 'CONFIRMED' ? 'SOLD' : 'HELD';
  return seat.status === expected ? undefined : `the seat is ${seat.status}, the reservation ${reservation.status}`;
}
