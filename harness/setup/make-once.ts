import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { lockDirOf } from './paths.mjs';

/** Gets one line of progress for people. */
export type Progress = (line: string) => void;

export interface Making {
  /** "k6 2.2.0" */
  readonly title: string;
  /** What is being done and how long that takes: "building from source, about a minute". */
  readonly doing: string;
  /** File or folder that exists only when it is whole. */
  readonly path: string;
  /** Makes it at `partial`, and makes sure that it works. */
  readonly make: (partial: string) => Promise<void>;
}

/**
 * Makes a file or folder of the cache if it is not there: under a lock, at a temporary name, renamed as the last step.
 * Interrupted, it starts again; two at once make it once.
 */
export async function makeOnce({ title, doing, path, make }: Making, progress: Progress): Promise<void> {
  if (existsSync(path)) return;
  const lock = join(lockDirOf(process.env), `${basename(dirname(path))}-${basename(path)}.lock`);
  const onWait = (pid: number): void => progress(`${title}: waiting for process ${pid}, which is making it`);
  await withLock(lock, () => makeNow({ title, doing, path, make }, progress), { onWait });
}

async function makeNow({ title, doing, path, make }: Making, progress: Progress): Promise<void> {
  if (existsSync(path)) return;
  const startedMs = performance.now();
  progress(`${title}: ${doing} …`);
  await mkdir(dirname(path), { recursive: true });
  // Whoever was interrupted left it; nobody else is at it, for we hold the lock.
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith(`${basename(path)}.partial-`)) await rm(join(dirname(path), name), { recursive: true, force: true });
  }
  const partial = `${path}.partial-${process.pid}`;
  try {
    await make(partial);
    await rename(partial, path);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  progress(`${title}: ready after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}
