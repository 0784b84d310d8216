import type { LedgerRow } from '../../contracts/ledger.ts';
import { joinSorted } from '../join.ts';
import { committed } from './committed.ts';
import type { LedgerInvariant } from './invariant.ts';

type Reservation = LedgerRow<'reservations'>;
type Payment = LedgerRow<'payments'>;

/** A4 and A5 of the tried audits. */
export const confirmedPaidOnce: LedgerInvariant = {
  id: 'confirmed-paid-once',
  title: 'A reservation is confirmed when, and only when, its user paid its price exactly once; a refunded one is cancelled',
  check(ledger, tally) {
    const joined = joinSorted({
      reservations: { rows: ledger.rows('reservations'), key: (row: Reservation) => row.reservation },
      payments: { rows: ledger.by('payments', 'reservation', (row) => row.reservation), key: (row: Payment) => row.reservation },
    });
    for (const { key, sides } of joined) {
      const paid = sides.payments.filter(committed);
      if (sides.reservations.length + paid.length === 0) continue;
      tally.look();
      const problem = disagreement(sides.reservations[0], paid);
      if (problem) tally.violate({ reservation: key, problem, claim: sides.reservations[0] ?? null, payments: paid }, paid.reduce((sum, { amount }) => sum + amount, 0));
    }
  },
};

function disagreement(reservation: Reservation | undefined, paid: readonly Payment[]): string | undefined {
  if (!reservation) return 'paid, but there is no such reservation';
  if (paid.length > 1) return `paid ${paid.length} times`;
  const [payment] = paid;
  if (!payment) return reservation.status === 'CONFIRMED' ? 'confirmed without a payment' : undefined;
  const wanted = payment.status === 'REFUNDED' ? 'CANCELLED' : 'CONFIRMED';
  if (reservation.status !== wanted) return `${payment.status === 'REFUNDED' ? 'refunded' : 'paid'}, but ${reservation.status}`;
  if (payment.user !== reservation.user) return 'paid by another user';
  if (payment.amount !== reservation.price) return `paid ${payment.amount} instead of ${reservation.price}`;
  return undefined;
}
