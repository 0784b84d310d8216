import Type, { type Static, type TObject } from 'typebox';
import type { FaultKindInfo, UndoAction } from '../../harness/contracts/fault.ts';
import type { PlannedFault } from '../../harness/contracts/plan.ts';
import type { Sign } from '../signs.ts';
import type { Canary, FaultWorld, Probe } from '../world.ts';

/** What the machine must have for a fault; where it has not, the run is refused before load. */
export type MachineNeed = 'root' | 'cgroup-cpu' | 'cgroup-memory' | 'mount' | 'network-namespace';

/** What the stack must be started with for a fault. */
export type StackNeed = 'faketime' | 'small-disk' | 'append-only-file' | 'disruptor' | 'collector';

/**
 * How much of the looks must show the fault while it holds. always: nine in ten. partly: at least one, and the share is
 * what the parameters say (a tenth of requests fails). once: it happens in a moment and is over (a process is killed
 * and comes back, keys are flushed).
 */
export type Shows = 'always' | 'partly' | 'once';

type FaultOf<S extends TObject> = Omit<PlannedFault, 'params'> & { readonly params: Static<S> };

export interface FaultKindOf<S extends TObject> extends FaultKindInfo {
  /** Parameters with description, unit in the name, bounds and default; others are refused. */
  readonly params: S;
  readonly machineNeeds?: readonly MachineNeed[];
  readonly stackNeeds?: readonly StackNeed[];
  readonly shows?: Shows;
  /** Processes that are ended or stopped while it holds: nobody can read what they use. Default: none. */
  takesAway?(fault: Pick<FaultOf<S>, 'target' | 'params'>): readonly string[];
  /** Targets that it breaks beside its own: another fault on one of them overlaps with it. Default: none. */
  alsoHits?(fault: Pick<FaultOf<S>, 'params'>): readonly string[];
  /** Sends what goes to its target another way: no second fault that does so can be on it at the same time, whatever `together` says. */
  readonly reroutes?: boolean;
  /** How long it may take to bite (default 5 s), and its target to answer again after the undo (default 15 s). */
  readonly verifyWithinMs?: number;
  readonly goneWithinMs?: number;
  /** How to undo what `apply` is about to do, oldest first; may look at the present state. Replayed newest first. */
  undo(fault: FaultOf<S>, world: FaultWorld): readonly UndoAction[] | Promise<readonly UndoAction[]>;
  apply(fault: FaultOf<S>, world: FaultWorld): Promise<void>;
  /** Another strength of a fault that holds, for ramps. Kinds without it cannot be ramped. */
  change?(fault: FaultOf<S>, world: FaultWorld): Promise<void>;
  /** Our own look, four times a second from before the load on; default: the standard canary of the target. */
  canary?(fault: FaultOf<S>, world: FaultWorld): Canary;
  /** Does this look show what the kind promises? A look that does not, and is ok, is a normal one. */
  holds(probe: Probe, fault: FaultOf<S>): boolean;
  /** The second witness: what the service itself (or the kernel, or its users) shows. */
  sign(fault: FaultOf<S>, world: FaultWorld): Sign;
}

/** A kind that has no strength. */
export const noParams = Type.Object({}, { additionalProperties: false });

/** One kind of fault. Its undo is data: on disk before `apply`, replayed by whoever is left. */
export type FaultKind = FaultKindOf<TObject>;

/** Declares a kind whose functions know the types of its parameters. */
export const faultKind = <S extends TObject>(kind: FaultKindOf<S>): FaultKind => kind as unknown as FaultKind;
