import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, processInfo } from '../../chaos/drivers/proc.ts';
import { putAway } from './put-away.ts';
import type { PutAway } from './put-away.ts';
import { socketPathOf } from './protocol.ts';
import { readState } from './state.ts';
import { stateDirOf } from '../setup/paths.mjs';

export interface RecoverReport extends PutAway {
  /** How many supervisors had died and left something. */
  readonly supervisors: number;
}

/** `PID-STARTTICKS.ndjson` of a supervisor; a recovery that has claimed it appends its own `.PID-STARTTICKS`. */
const stateFileName = /^([0-9]+)-([0-9]+)\.ndjson(?:\.([0-9]+)-([0-9]+))?$/;

/**
 * Puts away what supervisors left that are dead: undos, processes, folders. A file is claimed by renaming it, so two
 * recoveries at once do not do the same work; a file with problems stays, to be tried again by the next.
 */
export async function recover(stateDir: string = stateDirOf(process.env)): Promise<RecoverReport> {
  const report = { supervisors: 0, undone: [] as string[], stopped: [] as string[], removed: [] as string[], problems: [] as string[] };
  mkdirSync(stateDir, { recursive: true });
  for (const name of readdirSync(stateDir)) {
    const match = stateFileName.exec(name);
    if (!match || ownersOf(match).some(isAlive)) continue;
    const claimed = claim(stateDir, name, `${match[1]}-${match[2]}`);
    if (claimed === undefined) continue;
    report.supervisors++;
    const done = await putAway(`${match[1]}-${match[2]}`, readState(claimed));
    report.undone.push(...done.undone);
    report.stopped.push(...done.stopped);
    report.removed.push(...done.removed);
    report.problems.push(...done.problems);
    rmSync(socketPathOf(stateDir, `${match[1]}-${match[2]}`), { force: true });
    if (done.problems.length === 0) rmSync(claimed, { force: true });
    else renameSync(claimed, join(stateDir, `${match[1]}-${match[2]}.ndjson`));
  }
  return report;
}

function ownersOf(match: RegExpExecArray): { pid: number; startTicks: string }[] {
  const supervisor = { pid: Number(match[1]), startTicks: match[2] ?? '' };
  return match[3] === undefined ? [supervisor] : [supervisor, { pid: Number(match[3]), startTicks: match[4] ?? '' }];
}

/** The file under a name of our own; undefined when another recovery was quicker. */
function claim(stateDir: string, name: string, supervisorId: string): string | undefined {
  const claimed = join(stateDir, `${supervisorId}.ndjson.${process.pid}-${processInfo(process.pid)?.startTicks ?? '0'}`);
  try {
    renameSync(join(stateDir, name), claimed);
    return claimed;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
