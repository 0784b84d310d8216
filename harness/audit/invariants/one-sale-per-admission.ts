import type { LedgerRow } from '../../contracts/ledger.ts';
import { committed } from './committed.ts';
import { by, type LedgerInvariant } from './invariant.ts';

/** A payment ends the place it was made with: who wants to buy again queues again. */
export const oneSalePerAdmission: LedgerInvariant = {
  id: 'one-sale-per-admission',
  title: 'An admission is used up by the payment it led to: nobody paid more often than places of theirs are over',
  start(tally, { takenMs }) {
    const takenAtMs = takenMs();
    const isOver = ({ admittedMs, expiresMs, doneMs }: LedgerRow<'places'>): boolean => admittedMs !== null && (doneMs !== null || (expiresMs !== null && expiresMs <= takenAtMs));
    return {
      watches: [
        by('buyer', ['payments', 'places'], ({ key: user, payments, places }) => {
          const paid = payments.filter(committed);
          if (paid.length === 0) return;
          tally.look();
          const over = places.filter(isOver).length;
          if (paid.length > over) tally.violate({ user, payments: paid.slice(0, 5), places: places.slice(0, 5), placesOver: over }, paid.length - over);
        }),
      ],
    };
  },
};
