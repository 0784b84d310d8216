import type { Findings } from '../../harness/contracts/findings.ts';
import type { Measurements } from '../../harness/contracts/measurements.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import type { StackFile } from '../../harness/contracts/stack.ts';

/** What a verdict is made from. null: the artefact is missing or unreadable, and the run is INVALID. */
export interface JudgeInput {
  readonly plan: Plan;
  readonly measurements: Measurements | null;
  readonly findings: Findings | null;
  readonly stack: StackFile | null;
}
