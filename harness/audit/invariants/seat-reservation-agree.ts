import type { LedgerRow } from '../../contracts/ledger.ts';
import { by, type LedgerInvariant, rowsOf } from './invariant.ts';

type Seat = LedgerRow<'seats'>;
type Reservation = LedgerRow<'reservations'>;

/** A3 of the tried audits. */
export const seatReservationAgree: LedgerInvariant = {
  id: 'seat-reservation-agree',
  title: 'Every taken seat and its live reservation name each other, with the same fence: sold means confirmed, held means held',
  start: (tally) => ({
    watches: [
      rowsOf('seats', ({ reservation, schedule, seat, status }) => {
        if (reservation !== null) return;
        tally.look();
        if (status !== 'AVAILABLE') tally.violate({ schedule, seat, problem: `is ${status} without a reservation` });
      }),
      by('reservation', ['seats', 'reservations'], ({ key, seats, reservations }) => {
        const live = reservations.filter(({ status }) => status === 'HELD' || status === 'CONFIRMED');
        if (seats.length + live.length === 0) return;
        tally.look();
        const problem = disagreement(seats, live);
        if (problem) tally.violate({ reservation: key, problem, seat: seats[0] ?? null, claim: live[0] ?? null });
      }),
    ],
  }),
};

function disagreement([seat, ...seats]: readonly Seat[], [reservation]: readonly Reservation[]): string | undefined {
  if (!seat) return 'a live reservation that no seat names';
  if (seats.length > 0) return 'two seats name one reservation';
  if (!reservation) return 'a seat names a reservation that is not live';
  if (seat.schedule !== reservation.schedule || seat.seat !== reservation.seat) return 'the reservation is for another seat';
  if (seat.fence !== reservation.fence) return 'the fences differ';
  const expected = reservation.status === 'CONFIRMED' ? 'SOLD' : 'HELD';
  return seat.status === expected ? undefined : `the seat is ${seat.status}, the reservation ${reservation.status}`;
}
