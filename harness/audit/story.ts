import type { LedgerRow } from '../contracts/ledger.ts';
import type { Look, Operation } from './history.ts';
import { joinSorted } from './join.ts';
import type { LedgerReader } from './ledger-reader.ts';

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
}

const byUser = (row: { readonly user: string }): string => row.user;

/** The history, sorted by user. */
export interface HistoryByUser {
  readonly operations: Iterable<Operation>;
  readonly looks: Iterable<Look>;
}

/** The stories of all users, by a merge join: memory is one user. */
export function* userStories({ operations, looks }: HistoryByUser, ledger: LedgerReader): Generator<UserStory> {
  const joined = joinSorted({
    operations: { rows: operations, key: byUser },
    looks: { rows: looks, key: byUser },
    reservations: { rows: ledger.by('reservations', 'user', byUser), key: byUser },
    payments: { rows: ledger.by('payments', 'user', byUser), key: byUser },
    charges: { rows: ledger.by('charges', 'user', byUser), key: byUser },
    places: { rows: ledger.by('places', 'user', byUser), key: byUser },
  });
  for (const { key, sides } of joined) yield { user: key, ...sides };
}
