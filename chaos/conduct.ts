import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '../harness/contracts/bus.ts';
import type { UndoRecord } from '../harness/contracts/fault.ts';
import type { PlannedFault } from '../harness/contracts/plan.ts';
import type { TimelineEvent } from '../harness/contracts/timeline.ts';
import { replayUndo } from './drivers/undo.ts';
import type { FaultKind, FaultWorld } from './faults/fault.ts';
import { faultKinds } from './faults/index.ts';
import { watchTarget, type Watch } from './watch.ts';

/** How long a fault may take to bite, and how long its target may take to answer again. */
const VERIFY_WITHIN_MS = 5000;
const GONE_WITHIN_MS = 15_000;

export interface ConductDeps {
  readonly bus: Bus;
  readonly world: FaultWorld;
  /** Resolves when the record is on disk. */
  recordUndo(record: UndoRecord): Promise<void>;
  forgetUndo(id: string): Promise<void>;
  readonly signal: AbortSignal;
}

/** An event without its time, which `emit` adds. */
type Untimed<E> = E extends TimelineEvent ? Omit<E, 'tMs'> : never;

/**
 * Carries out the planned faults on their schedule and tells the bus every edge. Resolves when all are undone.
 * On abort the running ones are undone at once. Never throws for a fault that did not bite: the timeline says so.
 */
export async function conductFaults(faults: readonly PlannedFault[], loadStartMs: number, deps: ConductDeps): Promise<void> {
  await Promise.all(faults.map((fault) => conductOne(fault, loadStartMs, deps)));
}

async function conductOne(fault: PlannedFault, loadStartMs: number, deps: ConductDeps): Promise<void> {
  const kind = faultKinds.get(fault.kind);
  if (!kind) throw new Error(`no fault of kind ${fault.kind}`);
  const emit = (event: Untimed<TimelineEvent>): void => void deps.bus.emit('timeline', { tMs: Date.now(), ...event } as TimelineEvent);
  await sleepUntil(loadStartMs + fault.atMs, deps.signal);
  if (deps.signal.aborted) return;
  const record = kind.undo(fault, deps.world);
  await deps.recordUndo(record);
  using watch = watchTarget(deps.bus, fault.target, kind);
  await applyAndVerify(fault, kind, watch, deps, emit);
  await sleepUntil(loadStartMs + fault.atMs + fault.durationMs, deps.signal);
  await undoAndVerify(fault, record, watch, deps, emit);
}

async function applyAndVerify(fault: PlannedFault, kind: FaultKind, watch: Watch, deps: ConductDeps, emit: (event: Untimed<TimelineEvent>) => void): Promise<void> {
  emit({ event: 'fault-apply', fault: fault.id });
  try {
    await kind.apply(fault, deps.world);
  } catch (error) {
    emit({ event: 'fault-not-verified', fault: fault.id, why: (error as Error).message });
    return;
  }
  const evidence = await watch.untilVerified(Math.min(VERIFY_WITHIN_MS, fault.durationMs));
  if (evidence === null) emit({ event: 'fault-not-verified', fault: fault.id, why: watch.lastSeen() });
  else emit({ event: 'fault-verified', fault: fault.id, evidence });
}

async function undoAndVerify(fault: PlannedFault, record: UndoRecord, watch: Watch, deps: ConductDeps, emit: (event: Untimed<TimelineEvent>) => void): Promise<void> {
  emit({ event: 'fault-undo', fault: fault.id });
  try {
    await replayUndo(record);
  } catch (error) {
    emit({ event: 'fault-not-gone', fault: fault.id, why: (error as Error).message });
    return;
  }
  const evidence = await watch.untilGone(GONE_WITHIN_MS);
  if (evidence === null) {
    emit({ event: 'fault-not-gone', fault: fault.id, why: watch.lastSeen() });
    return;
  }
  emit({ event: 'fault-gone', fault: fault.id, evidence });
  await deps.forgetUndo(record.id);
}

async function sleepUntil(tMs: number, signal: AbortSignal): Promise<void> {
  const restMs = tMs - Date.now();
  if (restMs > 0) await sleep(restMs, undefined, { signal }).catch(() => undefined);
}
