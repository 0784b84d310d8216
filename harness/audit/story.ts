import type { LedgerName, LedgerRow } from '../contracts/ledger.ts';
import { type Dealing, dealingsOf } from './dealings.ts';
import type { Look, Operation } from './history.ts';
import { type Group, joinGroups } from './join.ts';
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

/** The history, gathered by user, in the order of users. */
export interface HistoryByUser {
  readonly operations: Generator<Group<Operation>>;
  readonly looks: Generator<Group<Look>>;
}

/** The stories of all users, by a merge join: memory is one user. */
export function* userStories({ operations, looks }: HistoryByUser, files: LedgerFiles): Generator<UserStory> {
  const joined = joinGroups({
    operations,
    looks,
    reservations: files.groupedBy('reservations', byUser),
    payments: files.groupedBy('payments', byUser),
    charges: files.groupedBy('charges', byUser),
    places: files.groupedBy('places', byUser),
  });
  for (const { key, sides } of joined) {
    let dealings: readonly Dealing[] | undefined;
    const story: UserStory = { user: key, ...sides, dealings: () => (dealings ??= dealingsOf(story)) };
    yield story;
  }
}
