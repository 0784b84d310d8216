import { type LedgerInvariant, rowsOf } from './invariant.ts';
import { OUTBOX_STUCK_MS } from './times.ts';

/** A12 of the tried audits, with the bound that holds after a drain. */
export const outboxDrained: LedgerInvariant = {
  id: 'outbox-drained',
  title: `After the drain no event has waited in the outbox for more than ${OUTBOX_STUCK_MS / 1000} s`,
  eventual: true,
  start(tally, { takenMs }) {
    const nowMs = takenMs();
    return {
      watches: [
        rowsOf('outbox', ({ event, type, topic, aggregate, createdMs, publishedMs }) => {
          tally.look();
          const ageMs = nowMs - createdMs;
          if (publishedMs === null && ageMs > OUTBOX_STUCK_MS) tally.violate({ event, type, topic, aggregate, ageMs }, ageMs);
        }),
      ],
    };
  },
};
