import type { Findings } from '../../../harness/contracts/findings.ts';
import type { Measurements } from '../../../harness/contracts/measurements.ts';
import type { Plan } from '../../../harness/contracts/plan.ts';
import type { StackFile } from '../../../harness/contracts/stack.ts';
import type { JudgedObjective } from '../../../harness/contracts/verdict.ts';

/** What the checks look at; all artefacts are there. */
export interface CheckInput {
  readonly plan: Plan;
  readonly measurements: Measurements;
  readonly findings: Findings;
  readonly stack: StackFile;
  readonly objectives: readonly JudgedObjective[];
}

export interface CheckResult {
  readonly ok: boolean;
  readonly value: number | string | null;
  /** What was seen, as one sentence without the full stop. */
  readonly saw: string;
}

/** A reason that is judged by itself and explains why a check failed: the check then does not make the run INVALID. */
export type Excuse = 'abort' | 'service-death';

/** One validity check. Adding one is adding it to the table of its file. */
export interface Check {
  readonly id: string;
  readonly name: string;
  readonly bound: string;
  /** What to do when it fails. */
  readonly fix: string;
  readonly excusedBy?: readonly Excuse[];
  run(input: CheckInput): CheckResult;
}

/** "99.3 %" */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
