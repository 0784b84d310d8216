import { by, type LedgerInvariant } from './invariant.ts';
import { HOLD_OVERDUE_MS } from './times.ts';

/** A11 of the tried audits. While the gateway has not said whether it charged the card, the seat is kept. */
export const noHoldOverdue: LedgerInvariant = {
  id: 'no-hold-overdue',
  title: `No hold is kept more than ${HOLD_OVERDUE_MS / 1000} s past its end, unless its card payment is pending`,
  start(tally, { takenMs }) {
    const nowMs = takenMs();
    return {
      watches: [
        by('reservation', ['reservations', 'payments'], ({ reservations, payments }) => {
          const pending = payments.some(({ status }) => status === 'PENDING');
          for (const { reservation, user, schedule, seat, status, holdUntilMs } of reservations) {
            tally.look();
            const overdueMs = nowMs - holdUntilMs;
            if (status === 'HELD' && !pending && overdueMs > HOLD_OVERDUE_MS) tally.violate({ reservation, user, schedule, seat, overdueMs }, overdueMs);
          }
        }),
      ],
    };
  },
};
