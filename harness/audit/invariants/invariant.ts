import type { LedgerName, LedgerRow } from '../../contracts/ledger.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { FaultWindows } from '../../metrics/fault-windows.ts';
import type { AdmissionEdge } from '../admissions.ts';
import type { LedgerCounts } from '../coverage.ts';
import type { JoinName, LedgerJoins, SideName } from '../ledger-joins.ts';
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

/** Decided by the ledger alone; all of them share one reading of each file. */
export interface LedgerInvariant extends Named {
  start(tally: Tally, ledger: LedgerContext): LedgerCheck;
}

/** What is known before the first row. */
export interface LedgerContext {
  /** The settings of the service that differ from what it ships with, and what the faults explain. */
  readonly plan: AuditedPlan;
  readonly spill: Spill;
  /** When the database was read, epoch ms. Throws without it: then nobody knows what is overdue. */
  takenMs(): number;
  /** When faults held. Throws when the timeline is broken: then nobody knows what they explain. */
  faults(): FaultWindows;
}

export interface LedgerCheck {
  /** What it watches, made by `rowsOf`, `by` and `admissions`. A file named in none of them it does not see, and does not need. */
  readonly watches: readonly Watch[];
  /** For what can only be said when all has been seen. */
  finish?(): void;
  /** What it counted on its way for the coverage. */
  counts?(): Partial<LedgerCounts>;
}

export type Watch =
  | { readonly file: LedgerName; readonly see: (row: never) => void }
  | { readonly sweep: 'admissions'; readonly see: (edge: AdmissionEdge) => void }
  | { readonly join: JoinName; readonly sides: readonly LedgerName[]; readonly see: (group: never) => void };

/** Watches each row of a file, in its order. */
export const rowsOf = <N extends LedgerName>(file: N, see: (row: LedgerRow<N>) => void): Watch => ({ file, see });

/** Watches who comes to each queue, becomes active and leaves it, one queue after the other, each in the order of time. */
export const admissions = (see: (edge: AdmissionEdge) => void): Watch => ({ sweep: 'admissions', see });

/** What sides of a join have for one key. */
export type Joined<J extends JoinName, S extends SideName<J>> = { readonly key: string } & { readonly [N in S]: readonly LedgerJoins[J][N][] };

/** Watches these sides of a join, key by key in order; a key that none of them has is left out. */
export const by = <J extends JoinName, S extends SideName<J>>(join: J, sides: readonly S[], see: (group: Joined<J, S>) => void): Watch => ({ join, sides, see });

/** Decided by history and ledger together, one user at a time; all of them share one pass. */
export interface HistoryInvariant extends Named {
  start(tally: Tally, spill: Spill, plan: AuditedPlan): HistoryCheck;
}

export interface HistoryCheck {
  see(story: UserStory): void;
  /** For what can only be said when all users have been seen. */
  finish?(): void;
}
