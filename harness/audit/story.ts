import type { LedgerName, LedgerRow } from '../contracts/ledger.ts';
import { type Dealing, dealingsOf } from './dealings.ts';
import type { Look, Operation } from './history.ts';
import { joinSorted } from './join.ts';
import type { LedgerFiles } from './ledger-files.ts';

/** Everything one user asked for, and everything the ledger has of that user. */
export interface UserStory {
  readonly user: string;
  /** In the order of their completion, those never completed last. */
  readonly operations: readonly Operation[];
  /** What the user saw, in the order of the answers. */
  readonly looks: readonly Look[];
  readonly reservations: readonly LedgerRow<'reservations'>[];
  readonly payments: readonly LedgerRow<'payments'>[];
  readonly charges: readonly LedgerRow<'charges'>[];
  readonly places: readonly LedgerRow<'places'>[];
  /** The same thing by thing. */
  dealings(): readonly Dealing[];
}

/** The ledger files that a story is made of. */
export const userLedgers = ['reservations', 'payments', 'charges', 'places'] as const satisfies readonly LedgerName[];

const byUser = (row: { readonly user: string }): string => row.user;

/** The history, sorted by user. */
export interface HistoryByUser {
  readonly operations: Iterable<Operation>;
  readonly looks: Iterable<Look>;
}

/** The stories of all users, by a merge join: memory is one user. */
export function* userStories({ operations, looks }: HistoryByUser, files: LedgerFiles): Generator<UserStory> {
  const joined = joinSorted({
    operations: { rows: operations, key: byUser },
    looks: { rows: looks, key: byUser },
    reservations: { rows: files.sortedBy('reservations', byUser), key: byUser },
    payments: { rows: files.sortedBy('payments', byUser), key: byUser },
    charges: { rows: files.sortedBy('charges', byUser), key: byUser },
    places: { rows: files.sortedBy('places', byUser), key: byUser },
  });
  for (const { key, sides } of joined) {
    let dealings: readonly Dealing[] | undefined;
    const story: UserStory = { user: key, ...sides, dealings: () => (dealings ??= dealingsOf(story)) };
    yield story;
  }
}
