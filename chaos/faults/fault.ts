import type { FaultKindInfo, UndoRecord } from '../../harness/contracts/fault.ts';
import type { PlannedFault } from '../../harness/contracts/plan.ts';

/** One probe of a fault's target, as the canary saw it. */
export interface Probe {
  readonly ok: boolean;
  readonly latencyMs: number;
}

/** The part of the world a fault may act on. */
export interface FaultWorld {
  readonly toxiproxyApi: string;
  /** Name of the Toxiproxy proxy in front of a target; throws when there is none. */
  proxyOf(target: string): string;
}

/** One kind of fault. Its undo is data: on disk before `apply`, replayed by whoever is left. */
export interface FaultKind extends FaultKindInfo {
  undo(fault: PlannedFault, world: FaultWorld): UndoRecord;
  apply(fault: PlannedFault, world: FaultWorld): Promise<void>;
  /** Does this probe show what the kind promises? */
  holds(probe: Probe): boolean;
}
