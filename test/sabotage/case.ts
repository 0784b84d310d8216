import type { Plan } from '../../harness/contracts/plan.ts';
import type { TimelineEvent } from '../../harness/contracts/timeline.ts';
import type { RunOptions } from '../../harness/run/record.ts';
import type { WarmStack } from '../../harness/run/warm-stack.ts';
import type { Stack } from '../../harness/stack/api.ts';
import type { Outcome } from './outcome.ts';

interface Expected {
  /** What is done, in words; by its first words it is asked for on the command line. */
  readonly name: string;
  /** What it must end in; PASS only of the run to which nothing is done. */
  readonly verdict: 'INVALID' | 'FAIL' | 'PASS' | 'refused';
  /** Id of the validity check that must have failed, or of the rule or invariant that must have decided; none of a PASS. */
  readonly namedBy?: string;
}

/** A run on real servers in which something is done to the run itself. */
export interface SabotagedRun extends Expected {
  /** A server of the stack does not live through it. */
  readonly endsServer?: true;
  /** What the plan has instead. */
  plan?(plan: Plan): Plan;
  readonly options?: Pick<RunOptions, 'serviceDir'>;
  /** Before the run, on servers that are up; what it gives puts everything right again. */
  before?(warm: WarmStack): Promise<AsyncDisposable>;
  /** Called when the run begins: acts on its events. */
  during?(scene: Scene): void;
  /** What else is tried four seconds after the load began: its outcome counts, if the run itself passes. */
  meanwhile?(scene: Scene): Promise<Outcome>;
  /** Parent of the run folder instead of the campaign's; disposed of when the run is over. */
  disk?(): Disposable & { readonly outDir: string };
}

/** Something that is done to the folder of the run that passed, a copy of it, when all is over. */
export interface SabotagedFolder extends Expected {
  afterwards(runDir: string): Promise<Outcome>;
}

/** What takes the program itself, on a stack of its own. */
export interface SabotagedProgram extends Expected {
  program(outDir: string): Promise<Outcome>;
}

export type SabotageCase = SabotagedRun | SabotagedFolder | SabotagedProgram;

/** A run that is under way, for those who spoil it. What an action throws makes the case fail. */
export interface Scene {
  readonly stack: Stack;
  readonly plan: Plan;
  readonly runDir: string;
  /** Does something once, so many ms after an event. */
  after(event: TimelineEvent['event'], ms: number, action: () => unknown): void;
}
