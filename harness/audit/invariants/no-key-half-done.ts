import type { LedgerInvariant } from './invariant.ts';
import { KEY_HALF_DONE_MS } from './times.ts';

/** A15 of the tried audits. */
export const noKeyHalfDone: LedgerInvariant = {
  id: 'no-key-half-done',
  title: `No idempotency key is without its answer for more than ${KEY_HALF_DONE_MS / 1000} s`,
  check(ledger, tally) {
    const takenMs = ledger.takenMs();
    for (const { user, key, op, status, createdMs } of ledger.rows('keys')) {
      tally.look();
      const ageMs = takenMs - createdMs;
      if (status === null && ageMs > KEY_HALF_DONE_MS) tally.violate({ user, key, op, ageMs }, ageMs);
    }
  },
};
