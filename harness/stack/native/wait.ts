import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessHandle } from '../../supervisor/api.ts';
import { isAlive } from '../../../chaos/drivers/proc.ts';

const POLL_MS = 40;
const TAIL_BYTES = 2000;

export interface Wait {
  /** What is waited for: "postgres ready". */
  readonly what: string;
  readonly timeoutMs: number;
  /** Its death ends the wait at once. */
  readonly process?: ProcessHandle;
  /** Its last lines are added to the error. */
  readonly logFile?: string;
}

/**
 * Calls `probe` until it answers without an error, and gives its answer. Rejects with the name of the wait, its
 * deadline, the last observation and the end of the log.
 */
export async function waitFor<T>({ what, timeoutMs, process, logFile }: Wait, probe: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    let last: string;
    try {
      return await probe();
    } catch (error) {
      last = reasonOf(error);
    }
    const end = logFile === undefined ? '' : tailOf(logFile);
    if (process && !isAlive(process)) throw new Error(`${what}: ${process.name} (pid ${process.pid}) has ended; last: ${last}${end}`);
    if (performance.now() >= deadlineMs) throw new Error(`${what}: not after ${timeoutMs} ms; last: ${last}${end}`);
    await sleep(POLL_MS);
  }
}

/** The last lines of a log as they are put below an error; empty when there are none. */
export function tailOf(logFile: string): string {
  let fd: number;
  try {
    fd = openSync(logFile, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(fd);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString('utf8').trim();
    return text === '' ? '' : `\n  ${logFile} ends with:\n${text.split('\n').slice(-12).map((line) => `  | ${line}`).join('\n')}`;
  } finally {
    closeSync(fd);
  }
}

/** fetch says only "fetch failed"; the reason is in its cause, sometimes one of several. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message || error.name : reasonOf(error.cause);
}
