import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runPlan } from '../../../harness/run/run.ts';
import type { SabotagedFolder, SabotagedRun, Scene } from '../case.ts';
import { outcomeOfCommand, outcomeOfError, type Outcome } from '../outcome.ts';

/** A run writes some 5 MB. */
const SIZE_MB = 64;

/** A small file system for a run folder. Needs to be root. */
function smallDisk(): ReturnType<NonNullable<SabotagedRun['disk']>> {
  const outDir = mkdtempSync(join(tmpdir(), 'gatecrash-small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'gatecrash', outDir]);
  return {
    outDir,
    [Symbol.dispose]() {
      execFileSync('umount', ['-l', outDir]);
      rmSync(outDir, { recursive: true });
    },
  };
}

const fillerOf = ({ runDir }: Scene): string => join(dirname(runDir), 'filler');

/** To the last byte. */
function fill(scene: Scene): void {
  const file = openSync(fillerOf(scene), 'w');
  try {
    while (writeSync(file, Buffer.alloc(1 << 20)) > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

/** A run of the same plan into the same folder. */
const secondRun = ({ plan, runDir }: Scene): Promise<Outcome> =>
  runPlan({ plan, outDir: dirname(runDir), signal: new AbortController().signal, report: () => undefined }).then(() => Promise.reject(new Error('two runs had one folder')), outcomeOfError);

const edit = (path: string, change: (text: string) => string): void => writeFileSync(path, change(readFileSync(path, 'utf8')));
const lastButOneRow = /.*\n(?=.*\n$)/;

/** What can happen to the folder of a run while it is written. */
export const folderCases: readonly SabotagedRun[] = [
  { name: 'the disk with the run folder fills up, and stays full', verdict: 'INVALID', namedBy: 'artefacts-whole', disk: smallDisk, during: (scene) => scene.after('load-start', 7000, () => fill(scene)) },
  {
    name: 'the disk with the run folder is full until the load ends',
    verdict: 'INVALID',
    namedBy: 'artefacts-whole',
    disk: smallDisk,
    during: (scene) => {
      scene.after('load-start', 7000, () => fill(scene));
      scene.after('load-end', 0, () => rmSync(fillerOf(scene)));
    },
  },
  { name: 'a second run wants the folder of one that is under way', verdict: 'refused', namedBy: 'refused', meanwhile: secondRun },
];

/** What can happen to it afterwards. */
export const laterCases: readonly SabotagedFolder[] = [
  {
    name: 'verdict.json is edited, and a report asked for',
    verdict: 'refused',
    namedBy: 'refused',
    afterwards: (runDir) => {
      edit(join(runDir, 'verdict.json'), (text) => text.replace('Yes, you can open', 'Yes, you can open twice as much'));
      return outcomeOfCommand('report', runDir);
    },
  },
  {
    name: 'a row of the series is taken out, and the folder is judged twice',
    verdict: 'INVALID',
    namedBy: 'artefacts-whole',
    afterwards: async (runDir) => {
      edit(join(runDir, 'series.ndjson'), (text) => text.replace(lastButOneRow, ''));
      await outcomeOfCommand('judge', runDir, '--json');
      return outcomeOfCommand('judge', runDir, '--json');
    },
  },
  {
    name: 'the manifest is taken away',
    verdict: 'INVALID',
    namedBy: 'artefacts-whole',
    afterwards: (runDir) => {
      rmSync(join(runDir, 'manifest.json'));
      return outcomeOfCommand('judge', runDir, '--json');
    },
  },
];
