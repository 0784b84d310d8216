import type { Dealing } from '../dealings.ts';
import type { HistoryInvariant } from './invariant.ts';

/**
 * A timeout is an unknown outcome: it may have had its effect, once. What was acknowledged had its effect, once.
 * Whatever else is in the ledger is one effect too many, unless it belongs to a refusal (`failedNoEffect` says so).
 */
export const unknownAtMostOneEffect: HistoryInvariant = {
  id: 'unknown-at-most-one-effect',
  title: 'Each thing a user asked for happened once at most, also when the user never learnt its outcome',
  start: (tally) => ({
    see(story) {
      for (const dealing of story.dealings()) {
        if (dealing.intents === dealing.refused) continue;
        tally.look();
        const excess = excessOf(dealing);
        if (excess > 0 && dealing.refused === 0) tally.violate(exampleOf(dealing), excess);
      }
    },
  }),
};

export const failedNoEffect: HistoryInvariant = {
  id: 'failed-no-effect',
  title: 'What was refused, or was never asked for, changed nothing',
  mayBeEmpty: true,
  start: (tally) => ({
    see(story) {
      for (const dealing of story.dealings()) {
        if (dealing.refused === 0 && dealing.intents > 0) continue;
        tally.look();
        const excess = excessOf(dealing);
        if (excess > 0) tally.violate(exampleOf(dealing), excess);
      }
    },
  }),
};

const excessOf = ({ untold, open }: Dealing): number => untold.length - open;

function exampleOf({ user, op, about, operations, effects, untold, open }: Dealing): Record<string, unknown> {
  return { user, op, about, effects: effects.slice(0, 5), untold: untold.slice(0, 5), unknown: open, operations: operations.slice(0, 5) };
}
