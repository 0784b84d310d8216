import type { LedgerRow } from '../../contracts/ledger.ts';
import { committed } from './committed.ts';
import { by, type LedgerInvariant } from './invariant.ts';

type Reservation = LedgerRow<'reservations'>;
type Payment = LedgerRow<'payments'>;

/** A4 and A5 of the tried audits. */
export const confirmedPaidOnce: LedgerInvariant = {
  id: 'confirmed-paid-once',
  title: 'A reservation is confirmed when, and only when, its user paid its price exactly once; a refunded one is cancelled',
  start: (tally) => ({
    watches: [
      by('reservation', ['reservations', 'payments'], ({ key, reservations, payments }) => {
        const paid = payments.filter(committed);
        if (reservations.length + paid.length === 0) return;
        tally.look();
        const problem = disagreement(reservations[0], paid);
        if (problem) tally.violate({ reservation: key, problem, claim: reservations[0] ?? null, payments: paid }, paid.reduce((sum, { amount }) => sum + amount, 0));
      }),
    ],
  }),
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
