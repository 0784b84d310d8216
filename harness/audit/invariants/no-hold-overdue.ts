import type { LedgerInvariant } from './invariant.ts';
import { HOLD_OVERDUE_MS } from './times.ts';

/** A11 of the tried audits. */
export const noHoldOverdue: LedgerInvariant = {
  id: 'no-hold-overdue',
  title: `No hold is kept more than ${HOLD_OVERDUE_MS / 1000} s past its end`,
  async check(ledger, tally) {
    const takenMs = await ledger.takenMs();
    for await (const { reservation, user, schedule, seat, status, holdUntilMs } of ledger.rows('reservations')) {
      tally.look();
      const overdueMs = takenMs - holdUntilMs;
      if (status === 'HELD' && overdueMs > HOLD_OVERDUE_MS) tally.violate({ reservation, user, schedule, seat, overdueMs }, overdueMs);
    }
  },
};
