import type { Look, Operation } from '../history.ts';
import type { UserStory } from '../story.ts';
import type { HistoryInvariant } from './invariant.ts';
import { promisesNo } from './promised.ts';

type OwnLook = Extract<Look, { of: 'reservation' }>;

/** What a user knew of the own reservation at some time: by an acknowledgement, or by looking. */
interface Known {
  readonly state: string;
  readonly sinceMs: number;
  readonly by: Operation | OwnLook;
}

/** What may never be seen again once a reservation was known to be this; anything may follow what is not here. */
const past: Readonly<Record<string, readonly string[]>> = {
  HELD: ['MISSING'],
  CONFIRMED: ['HELD', 'EXPIRED', 'MISSING'],
  EXPIRED: ['HELD', 'MISSING'],
  CANCELLED: ['HELD', 'CONFIRMED', 'EXPIRED', 'MISSING'],
};

/** Only a look that began after the other was answered must not show less. */
export const ownReadNeverBack: HistoryInvariant = {
  id: 'own-read-never-back',
  title: "A user's own reservation never goes back in time: what was confirmed or paid stays so, and what was acknowledged is there",
  mayBeEmpty: promisesNo('ownReadShare'),
  start: (tally) => ({
    see(story) {
      const looks = story.looks.filter((look) => look.of === 'reservation');
      for (const look of looks) {
        tally.look();
        const before = knownOf(story, looks, look).find(({ state }) => past[state]?.includes(look.saw));
        if (before) tally.violate({ user: story.user, reservation: look.reservation, saw: look.saw, look, knownAs: before.state, by: before.by }, look.fromMs - before.sinceMs);
      }
    },
  }),
};

function knownOf({ operations }: UserStory, looks: readonly OwnLook[], { reservation, fromMs }: OwnLook): Known[] {
  const told = operations.flatMap((by): Known[] => {
    if (by.acknowledged === undefined || by.completeMs === undefined) return [];
    const state = by.op === 'reserve' && by.acknowledged === reservation ? 'HELD' : by.op === 'pay' && by.reservation === reservation ? 'CONFIRMED' : undefined;
    return state === undefined ? [] : [{ state, sinceMs: by.completeMs, by }];
  });
  const seen = looks.filter((by) => by.reservation === reservation).map((by): Known => ({ state: by.saw, sinceMs: by.tMs, by }));
  return [...told, ...seen].filter(({ sinceMs }) => sinceMs < fromMs);
}
