import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '../harness/contracts/bus.ts';
import type { UndoRecord } from '../harness/contracts/fault.ts';
import type { PlannedFault } from '../harness/contracts/plan.ts';
import type { TimelineEvent } from '../harness/contracts/timeline.ts';
import { replayUndo } from './drivers/undo.ts';
import type { FaultKind } from './faults/fault.ts';
import { faultKinds } from './faults/index.ts';
import { watchFault, type Watch } from './watch.ts';
import type { FaultWorld } from './world.ts';

/** How long a fault may take to bite, and how long its target may take to answer again, unless its kind says otherwise. */
const VERIFY_WITHIN_MS = 5000;
const GONE_WITHIN_MS = 15_000;

export interface ConductDeps {
  readonly bus: Bus;
  readonly world: FaultWorld;
  /** Resolves when the record is on disk. */
  recordUndo(record: UndoRecord): Promise<void>;
  forgetUndo(id: string): Promise<void>;
  readonly signal: AbortSignal;
  /** Other kinds than those there are, for tests. */
  readonly kinds?: ReadonlyMap<string, FaultKind>;
}

/** An event without its time, which `emit` adds. */
type Untimed<E> = E extends TimelineEvent ? Omit<E, 'tMs'> : never;

interface Conducted {
  readonly fault: PlannedFault;
  readonly kind: FaultKind;
  readonly deps: ConductDeps;
  readonly watch: Watch;
  emit(event: Untimed<TimelineEvent>): void;
}

/**
 * Carries out the planned faults on their schedule and tells the bus every edge. Resolves when all are undone.
 * On abort the running ones are undone at once. Never throws for a fault that did not bite: the timeline says so.
 */
export async function conductFaults(faults: readonly PlannedFault[], loadStartMs: number, deps: ConductDeps): Promise<void> {
  await Promise.all(faults.map((fault) => conductOne(fault, loadStartMs, deps)));
}

async function conductOne(fault: PlannedFault, loadStartMs: number, deps: ConductDeps): Promise<void> {
  const kind = (deps.kinds ?? faultKinds).get(fault.kind);
  if (!kind) throw new Error(`no fault of kind ${fault.kind}`);
  const emit = (event: Untimed<TimelineEvent>): void => void deps.bus.emit('timeline', { tMs: Date.now(), ...event } as TimelineEvent);
  const sign = kind.sign(fault, deps.world);
  using watch = watchFault(deps.bus, { watch: fault.watch, shows: kind.shows ?? 'always', sign });
  const conducted = { fault, kind, deps, watch, emit };
  await sleepUntil(loadStartMs + fault.atMs, deps.signal);
  if (deps.signal.aborted) return;
  watch.begin();
  emit({ event: 'fault-apply', fault: fault.id, sign: { what: sign.what, rule: sign.rule, ...(sign.otherwise && { otherwise: sign.otherwise.what }) } });
  const records = await applyAndVerify(conducted);
  for (const { afterMs, params } of fault.steps) {
    await sleepUntil(loadStartMs + fault.atMs + afterMs, deps.signal);
    if (!deps.signal.aborted) await step(conducted, params);
  }
  await sleepUntil(loadStartMs + fault.atMs + fault.durationMs, deps.signal);
  await undoAndVerify(conducted, records);
}

/** The undo is on disk before anything is done. What it gives is to be undone, whether the fault took hold or not. */
async function applyAndVerify({ fault, kind, deps, watch, emit }: Conducted): Promise<readonly UndoRecord[]> {
  const records: UndoRecord[] = [];
  try {
    const actions = await kind.undo(fault, deps.world);
    records.push(...actions.map((action, index) => ({ id: `${fault.id}/${index + 1}`, ...action })));
    for (const record of records) await deps.recordUndo(record);
    await kind.apply(fault, deps.world);
  } catch (error) {
    emit({ event: 'fault-not-verified', fault: fault.id, why: (error as Error).message });
    return records;
  }
  const evidence = await watch.untilVerified(Math.min(kind.verifyWithinMs ?? VERIFY_WITHIN_MS, fault.durationMs));
  if (evidence === null) emit({ event: 'fault-not-verified', fault: fault.id, why: watch.lastSeen() });
  else emit({ event: 'fault-verified', fault: fault.id, evidence });
  return records;
}

async function step({ fault, kind, deps, emit }: Conducted, params: PlannedFault['params']): Promise<void> {
  try {
    await kind.change?.({ ...fault, params }, deps.world);
    emit({ event: 'fault-step', fault: fault.id, params: JSON.stringify(params) });
  } catch (error) {
    emit({ event: 'fault-not-verified', fault: fault.id, why: `no step to ${JSON.stringify(params)}: ${(error as Error).message}` });
  }
}

async function undoAndVerify({ fault, kind, deps, watch, emit }: Conducted, records: readonly UndoRecord[]): Promise<void> {
  emit({ event: 'fault-undo', fault: fault.id });
  const problems: string[] = [];
  for (const record of records.toReversed()) {
    await replayUndo(record, { startProcess: (name) => deps.world.processes.start(name), restoreProcesses: async () => undefined }).catch((error: unknown) => problems.push((error as Error).message));
  }
  const gone = problems.length > 0 ? null : await watch.untilGone(kind.goneWithinMs ?? GONE_WITHIN_MS);
  if (gone === null) {
    emit({ event: 'fault-not-gone', fault: fault.id, why: problems.join('; ') || watch.lastSeen() });
    return;
  }
  emit({ event: 'fault-gone', fault: fault.id, ...gone });
  for (const { id } of records) await deps.forgetUndo(id);
}

async function sleepUntil(tMs: number, signal: AbortSignal): Promise<void> {
  const restMs = tMs - Date.now();
  if (restMs > 0) await sleep(restMs, undefined, { signal }).catch(() => undefined);
}
