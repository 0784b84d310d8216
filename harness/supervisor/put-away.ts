import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { replayUndo, targetIsGone } from '../../chaos/drivers/undo.ts';
import { processesMarked } from '../../chaos/drivers/proc.ts';
import { lastHands } from './hands.ts';
import { gone, killEach, stopFamily } from './stop.ts';
import { unmountBelow } from './unmount.ts';
import type { SupervisorState } from './state.ts';

/** Name of the environment variable by which strays of a supervisor are found. */
export const MARKER = 'GATECRASH_SUPERVISOR';

/** What was put away, and what could not be. */
export interface PutAway {
  readonly undone: string[];
  readonly stopped: string[];
  readonly removed: string[];
  readonly problems: string[];
}

/**
 * Replays undos newest first, stops processes newest first, kills strays, removes folders. Every part is tried
 * whatever became of the others; idempotent.
 */
export async function putAway(supervisorId: string, state: SupervisorState): Promise<PutAway> {
  const done: PutAway = { undone: [], stopped: [], removed: [], problems: [] };
  for (const record of state.undos.toReversed()) {
    await attempt(done, done.undone, `fault ${record.id}`, () => replayUnlessGone(record));
  }
  for (const plan of state.processes.toReversed()) {
    await attempt(done, done.stopped, `${plan.handle.name} (pid ${plan.handle.pid})`, () => stopFamily(plan));
  }
  await attempt(done, [], 'strays', () => killStrays(supervisorId, done));
  for (const path of state.folders.toReversed()) {
    if (!existsSync(path)) continue;
    await attempt(done, done.removed, path, async () => {
      await unmountBelow(path);
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });
  }
  return done;
}

/** A process that was started but, as the supervisor was killed that instant, never written down. */
async function killStrays(supervisorId: string, done: PutAway): Promise<void> {
  const strays = processesMarked(MARKER, supervisorId);
  killEach(strays);
  if (!(await gone(strays, 5000))) throw new Error(`still running: ${strays.map((info) => info.pid).join(', ')}`);
  done.stopped.push(...strays.map((info) => `stray (pid ${info.pid})`));
}

/** Asked again after a failure: a server whose supervisor was killed may die of the very request, its log having no reader. */
async function replayUnlessGone(record: SupervisorState['undos'][number], attempts = 3): Promise<void> {
  try {
    await replayUndo(record, lastHands);
  } catch (error) {
    if (await targetIsGone(record)) return;
    if (attempts === 1) throw error;
    await sleep(200);
    await replayUnlessGone(record, attempts - 1);
  }
}

async function attempt(done: PutAway, list: string[], what: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
    list.push(what);
  } catch (error) {
    done.problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
