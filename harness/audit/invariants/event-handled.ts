import { type LedgerInvariant, rowsOf } from './invariant.ts';
import { OUTBOX_STUCK_MS } from './times.ts';

/** Lost at the broker, or behind an offset that was committed too early: either way somebody was not told. */
export const eventHandled: LedgerInvariant = {
  id: 'event-handled',
  title: `After the drain every event that was published more than ${OUTBOX_STUCK_MS / 1000} s ago was handled by each consumer of its type, or put aside by it`,
  mayBeEmpty: true, // A run of an older version does not say who has handled what.
  eventual: true,
  start(tally, { takenMs }) {
    const nowMs = takenMs();
    return {
      watches: [
        rowsOf('outbox', ({ event, type, topic, aggregate, publishedMs, lacks }) => {
          if (lacks === undefined || publishedMs === null) return;
          tally.look();
          const sinceMs = nowMs - publishedMs;
          if (lacks.length > 0 && sinceMs > OUTBOX_STUCK_MS) tally.violate({ event, type, topic, aggregate, lacks, sinceMs }, lacks.length);
        }),
      ],
    };
  },
};
