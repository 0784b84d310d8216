import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../contracts/fail.ts';
import { exitCodes } from '../contracts/verdicts.ts';
import { nearest } from '../plan/yaml-file.ts';
import { LogTail } from '../up/log-tail.ts';
import { readUpFile } from '../up/up-file.ts';

const FOLLOW_POLL_MS = 250;

/** Prints the last lines of one log, or of all with their names in front; `follow` goes on until it is interrupted. */
export async function logsCommand(name: string | undefined, { follow, tail }: { follow?: boolean; tail: number }): Promise<number> {
  const up = await readUpFile();
  if (up === undefined || !existsSync(up.logDir)) throw new UsageError([{ message: 'nothing is up, so there are no logs', fix: 'npx gatecrash up; the logs of a run are in its folder' }]);
  const tails = new Map<string, LogTail>();
  const print = (log: string, lines: readonly string[]): void => lines.forEach((line) => process.stdout.write(name === undefined ? `${log} | ${line}\n` : `${line}\n`));
  for (const log of logsOf(up.logDir, name)) {
    const opened = new LogTail(join(up.logDir, `${log}.log`));
    tails.set(log, opened);
    print(log, opened.last(tail));
  }
  while (follow && existsSync(up.logDir)) {
    await sleep(FOLLOW_POLL_MS);
    for (const [log, opened] of tails) print(log, existsSync(join(up.logDir, `${log}.log`)) ? opened.next() : []);
  }
  return exitCodes.PASS;
}

function logsOf(logDir: string, name: string | undefined): string[] {
  const all = readdirSync(logDir).filter((file) => file.endsWith('.log')).map((file) => file.slice(0, -'.log'.length)).toSorted();
  if (name === undefined) return all;
  if (all.includes(name)) return [name];
  const near = nearest(name, all);
  throw new UsageError([{ message: `there is no log "${name}"`, fix: near ? `did you mean "${near}"?` : `there are ${all.join(', ')}` }]);
}
