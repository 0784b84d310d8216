import type { Plan } from '../../contracts/plan.ts';
import type { LedgerReader } from '../ledger-reader.ts';
import type { Spill } from '../spill.ts';
import type { UserStory } from '../story.ts';
import type { Tally } from '../tally.ts';

interface Named {
  readonly id: string;
  /** The invariant in words: what is true when it holds. */
  readonly title: string;
  /** Nothing to look at is normal for it; otherwise it is "unchecked". */
  readonly mayBeEmpty?: true;
}

/** Decided by the ledger alone. */
export interface LedgerInvariant extends Named {
  /** `service`: settings of the service that differ from what it ships with. */
  check(ledger: LedgerReader, tally: Tally, service: Plan['service']): Promise<void>;
}

/** Decided by history and ledger together, one user at a time; all of them share one pass. */
export interface HistoryInvariant extends Named {
  start(tally: Tally, spill: Spill): HistoryCheck;
}

export interface HistoryCheck {
  see(story: UserStory): void;
  /** For what can only be said when all users have been seen. */
  finish?(): Promise<void>;
}
