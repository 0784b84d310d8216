import { keyOf } from '../compare.ts';
import type { HistoryInvariant } from './invariant.ts';

/** A key belongs to its user and stands for one thing, whatever it is sent for. */
export const oneKeyOneAnswer: HistoryInvariant = {
  id: 'one-key-one-answer',
  title: 'An idempotency key is never answered with two different results',
  start: (tally) => ({
    see({ user, operations }) {
      const answered = operations.filter(({ key, acknowledged }) => key !== undefined && acknowledged !== undefined);
      for (const [key, answers] of Map.groupBy(answered, (operation) => operation.key as string)) {
        tally.look();
        const results = new Set(answers.map(({ op, acknowledged }) => keyOf(op, acknowledged as string)));
        if (results.size > 1) tally.violate({ user, key, answers: answers.slice(0, 5) }, results.size);
      }
    },
  }),
};
