import { type LedgerInvariant, rowsOf } from './invariant.ts';
import { KEY_HALF_DONE_MS } from './times.ts';

/** A15 of the tried audits. */
export const noKeyHalfDone: LedgerInvariant = {
  id: 'no-key-half-done',
  title: `No idempotency key is without its answer for more than ${KEY_HALF_DONE_MS / 1000} s`,
  start(tally, { takenMs }) {
    const nowMs = takenMs();
    return {
      watches: [
        rowsOf('keys', ({ user, key, op, status, createdMs }) => {
          tally.look();
          const ageMs = nowMs - createdMs;
          if (status === null && ageMs > KEY_HALF_DONE_MS) tally.violate({ user, key, op, ageMs }, ageMs);
        }),
      ],
    };
  },
};
