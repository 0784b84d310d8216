import type { LedgerRow } from '../../contracts/ledger.ts';
import { joinSorted } from '../join.ts';
import type { LedgerInvariant } from './invariant.ts';
import { HOLD_OVERDUE_MS } from './times.ts';

type Reservation = LedgerRow<'reservations'>;
type Payment = LedgerRow<'payments'>;

/** A11 of the tried audits. While the gateway has not said whether it charged the card, the seat is kept. */
export const noHoldOverdue: LedgerInvariant = {
  id: 'no-hold-overdue',
  title: `No hold is kept more than ${HOLD_OVERDUE_MS / 1000} s past its end, unless its card payment is pending`,
  check(ledger, tally) {
    const takenMs = ledger.takenMs();
    const joined = joinSorted({
      reservations: { rows: ledger.rows('reservations'), key: (row: Reservation) => row.reservation },
      payments: { rows: ledger.by('payments', 'reservation', (row) => row.reservation), key: (row: Payment) => row.reservation },
    });
    for (const { sides } of joined) {
      const pending = sides.payments.some(({ status }) => status === 'PENDING');
      for (const { reservation, user, schedule, seat, status, holdUntilMs } of sides.reservations) {
        tally.look();
        const overdueMs = takenMs - holdUntilMs;
        if (status === 'HELD' && !pending && overdueMs > HOLD_OVERDUE_MS) tally.violate({ reservation, user, schedule, seat, overdueMs }, overdueMs);
      }
    }
  },
};
