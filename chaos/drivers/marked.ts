import { untilSeen } from './deadline.ts';
import { isAlive, processesMarked } from './proc.ts';

/** Name of the environment variable by which the helper processes of a fault are found. */
export const MARK = 'GATECRASH_FAULT';
const END_WITHIN_MS = 3000;

/** Kills the helper processes of a fault and waits until they are gone. Idempotent. */
export async function endMarked(mark: string): Promise<void> {
  const alive = (): number[] => processesMarked(MARK, mark).filter(isAlive).map(({ pid }) => pid);
  await untilSeen({ what: () => `the end of processes ${alive().join(', ')}`, withinMs: END_WITHIN_MS, pauseMs: 50 }, () => {
    const left = alive();
    left.forEach(kill);
    return left.length === 0;
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
