import { type LedgerInvariant, rowsOf } from './invariant.ts';

/**
 * Nothing a buyer does makes a message that no consumer can work on; one that was put aside and not replayed has had no
 * effect. A fault that sends such messages explains as many as the experiment says.
 */
export const noDeadLetter: LedgerInvariant = {
  id: 'no-dead-letter',
  title: 'No consumer has put a message aside, unless it was replayed since or a fault had sent it',
  mayBeEmpty: true,
  start(tally, { plan }) {
    let explained = plan.audit?.deadLettersMax ?? 0;
    return {
      watches: [
        rowsOf('deadLetters', ({ letter, consumer, topic, event, error, replayed }) => {
          tally.look();
          if (!replayed && explained-- <= 0) tally.violate({ letter, consumer, topic, event, error });
        }),
      ],
    };
  },
};
