import type { LedgerInvariant } from './invariant.ts';

/** Nothing a buyer does makes a message that no consumer can work on; one that was put aside and not replayed has had no effect. */
export const noDeadLetter: LedgerInvariant = {
  id: 'no-dead-letter',
  title: 'No consumer has put a message aside, unless it was replayed since',
  mayBeEmpty: true,
  async check(ledger, tally) {
    for await (const { letter, consumer, topic, event, error, replayed } of ledger.rows('deadLetters')) {
      tally.look();
      if (!replayed) tally.violate({ letter, consumer, topic, event, error });
    }
  },
};
