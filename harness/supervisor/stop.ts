import { setTimeout as sleep } from 'node:timers/promises';
import { familyOf, isAlive, processInfo, processTable } from '../../chaos/drivers/proc.ts';
import type { ProcessInfo } from '../../chaos/drivers/proc.ts';
import type { ProcessHandle } from './api.ts';

const POLL_MS = 20;
/** How long the kernel may take to end what was killed (a large process, a busy disk). */
const KILL_TIMEOUT_MS = 5000;

export interface StopPlan {
  readonly handle: ProcessHandle;
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
}

/**
 * Ends a process with everything it started: asks, waits, kills the group, then kills what had left the group
 * (PostgreSQL's backends do). Resolves when all of it is gone; rejects with the pids that would not go.
 */
export async function stopFamily({ handle, stopSignal, stopTimeoutMs }: StopPlan): Promise<void> {
  // Descendants can only be found while their parents live, so they are listed before anything is ended.
  const family = familyMembers(handle);
  if (family.length === 0) return;
  signalGroup(handle.pid, stopSignal);
  if (stopSignal !== 'SIGKILL') {
    // A stopped process gets its signal only when it is continued.
    signalGroup(handle.pid, 'SIGCONT');
    await gone(family, stopTimeoutMs);
  }
  const late = [...family.filter(isAlive), ...familyMembers(handle)];
  if (late.length === 0) return;
  signalGroup(handle.pid, 'SIGKILL');
  killEach(late);
  if (!(await gone(late))) {
    throw new Error(`${handle.name}: still running after SIGKILL: ${late.filter(isAlive).map((info) => info.pid).join(', ')}`);
  }
}

/** SIGKILL to each that is still the process it was. */
export const killEach = (processes: readonly ProcessInfo[]): void => signalEach(processes, 'SIGKILL');

function signalEach(processes: readonly ProcessInfo[], signal: NodeJS.Signals): void {
  for (const info of processes) {
    if (!isAlive(info)) continue;
    try {
      process.kill(info.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Sends a signal to the group of a process and to what has left the group; gives all that it went to. */
export function signalFamily(handle: ProcessHandle, signal: NodeJS.Signals): readonly ProcessInfo[] {
  const family = familyMembers(handle);
  signalGroup(handle.pid, signal);
  signalEach(family.filter(({ groupId }) => groupId !== handle.pid), signal);
  return family;
}

/** Sends a signal to a process group; one that is gone is no error. */
export function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether all of them are gone within the time. */
export async function gone(processes: readonly ProcessInfo[], timeoutMs = KILL_TIMEOUT_MS): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (processes.some(isAlive)) {
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function familyMembers(handle: ProcessHandle): ProcessInfo[] {
  const leader = processInfo(handle.pid);
  // The leader's pid is taken by another process now: its group and children are strangers.
  if (leader !== undefined && leader.startTicks !== handle.startTicks) return [];
  return familyOf(handle.pid, processTable());
}
