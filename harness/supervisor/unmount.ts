import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parseMounts } from '../../chaos/drivers/cgroup.ts';

const TRIES_MAX = 20;
const TIMEOUT_MS = 5000;

/** Takes away every file system that is mounted below a folder, the deepest first; who used it has just ended. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const mount of mountsBelow(folder)) await unmount(mount, TRIES_MAX);
}

/** Mount points below a folder, the deepest first. */
export function mountsBelow(folder: string): string[] {
  return parseMounts(readFileSync('/proc/self/mountinfo', 'utf8'))
    .map(({ mount }) => mount)
    .filter((mount) => mount.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length);
}

async function unmount(mount: string, tries: number): Promise<void> {
  try {
    await promisify(execFile)('umount', [mount], { timeout: TIMEOUT_MS });
  } catch (error) {
    if (!mountsBelow('').includes(mount)) return;
    if (tries === 1) throw error;
    await sleep(100);
    await unmount(mount, tries - 1);
  }
}
