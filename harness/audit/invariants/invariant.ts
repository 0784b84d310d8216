import type { Plan } from '../../contracts/plan.ts';
import type { LedgerReader } from '../ledger-reader.ts';
import type { Spill } from '../spill.ts';
import type { UserStory } from '../story.ts';
import type { Tally } from '../tally.ts';

interface Named {
  readonly id: string;
  /** The invariant in words: what is true when it holds. */
  readonly title: string;
  /** Nothing to look at is normal for it, always or under this plan; otherwise it is "unchecked". */
  readonly mayBeEmpty?: true | ((plan: AuditedPlan) => boolean);
  /** Becomes true only when what was under way has arrived: not held against a service whose servers died. */
  readonly eventual?: true;
}

/** The part of a plan that an invariant may depend on. */
export type AuditedPlan = Pick<Plan, 'service' | 'audit'> & { readonly load: Pick<Plan['load'], 'settings'> };

/** Decided by the ledger alone. */
export interface LedgerInvariant extends Named {
  /** `plan`: the settings of the service that differ from what it ships with, and what the faults explain. */
  check(ledger: LedgerReader, tally: Tally, plan: AuditedPlan): void;
}

/** Decided by history and ledger together, one user at a time; all of them share one pass. */
export interface HistoryInvariant extends Named {
  start(tally: Tally, spill: Spill, plan: AuditedPlan): HistoryCheck;
}

export interface HistoryCheck {
  see(story: UserStory): void;
  /** For what can only be said when all users have been seen. */
  finish?(): void;
}
