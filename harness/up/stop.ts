import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../chaos/drivers/proc.ts';
import { recover, type RecoverReport } from '../supervisor/recover.ts';
import { withUpLock } from './start.ts';
import { readUpFile, upFilePath } from './up-file.ts';

const STOP_TIMEOUT_MS = 90_000;
const POLL_MS = 50;

/**
 * Ends what `up` has left running; resolves when nothing of it is there. undefined: nothing was up. The report says
 * what a supervisor that was dead, or could not put everything away, had left.
 */
export function stopUp(report: (line: string) => void): Promise<RecoverReport | undefined> {
  return withUpLock(report, stop);
}

async function stop(): Promise<RecoverReport | undefined> {
  const up = await readUpFile();
  if (up === undefined) return undefined;
  if (isAlive(up.supervisor)) {
    process.kill(up.supervisor.pid, 'SIGTERM');
    const deadlineMs = performance.now() + STOP_TIMEOUT_MS;
    while (isAlive(up.supervisor)) {
      if (performance.now() > deadlineMs) throw new Error(`the supervisor (pid ${up.supervisor.pid}) still runs ${STOP_TIMEOUT_MS / 1000} s after SIGTERM; its log: ${up.logDir}/supervisor.log`);
      await sleep(POLL_MS);
    }
  }
  const left = await recover();
  if (left.problems.length === 0) rmSync(upFilePath(), { force: true });
  return left;
}
