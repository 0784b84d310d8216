import type { Finding } from '../contracts/findings.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Defect } from './ledger-files.ts';

export interface AuditInput {
  readonly plan: Plan;
  readonly runDir: string;
}

/** One half of an audit: what the ledger alone decides, or what needs the history as well. */
export interface Half<Counts> {
  readonly findings: readonly Finding[];
  readonly counts: Counts;
  readonly defects: readonly Defect[];
}
