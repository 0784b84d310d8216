import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, processesMarked } from './proc.ts';

/** Name of the environment variable by which the helper processes of a fault are found. */
export const MARK = 'GATECRASH_FAULT';
const END_WITHIN_MS = 3000;

/** Kills the helper processes of a fault and waits until they are gone. Idempotent. */
export async function endMarked(mark: string): Promise<void> {
  for (const giveUpMs = Date.now() + END_WITHIN_MS; ; await sleep(50)) {
    const left = processesMarked(MARK, mark).filter(isAlive);
    if (left.length === 0) return;
    if (Date.now() > giveUpMs) throw new Error(`processes ${left.map(({ pid }) => pid).join(', ')} do not end`);
    for (const { pid } of left) kill(pid);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
