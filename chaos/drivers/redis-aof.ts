import { open, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { readSettings } from './redis.ts';

/** What is written over the middle of a file: no command begins like this. */
const DAMAGE = Buffer.from('\0gatecrash damaged this\0');

/** Where a running Redis keeps its append-only files. */
export async function appendOnlyFolder(url: string): Promise<string> {
  const { dir = '', appenddirname = '', appendonly } = await readSettings(url, ['dir', 'appenddirname', 'appendonly']);
  if (appendonly !== 'yes') throw new Error('redis keeps no append-only file: its stack was started without one');
  return join(dir, appenddirname);
}

/** Writes nonsense over the middle of the newest file; nobody may write to it meanwhile. A damaged end would be put up with. */
export async function damage(folder: string): Promise<void> {
  const newest = (await increments(folder)).at(-1);
  if (newest === undefined) throw new Error(`redis has no append-only file in ${folder}`);
  const bytes = await readFile(newest);
  // At the beginning of a command, so that all before it can be read.
  const place = commandStarts(bytes).find((start) => start >= bytes.length / 2);
  if (place === undefined || bytes.length - place <= DAMAGE.length) throw new Error(`${newest}: too little was written yet to damage its middle (${bytes.length} bytes)`);
  await using handle = await open(newest, 'r+');
  await handle.write(DAMAGE, 0, DAMAGE.length, place);
  await handle.sync();
}

/** Cuts a damaged file where the damage begins, as `redis-check-aof --fix` does; nothing where there is none. */
export async function repair(folder: string): Promise<void> {
  for (const file of await increments(folder)) {
    const place = (await readFile(file)).indexOf(DAMAGE);
    if (place !== -1) await truncate(file, place);
  }
}

/** Files of commands, oldest first; none when the folder is gone. */
async function increments(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const numberOf = (name: string): number => Number(/\.(\d+)\.incr\.aof$/.exec(name)?.[1] ?? 0);
  return names.filter((name) => numberOf(name) > 0).toSorted((a, b) => numberOf(a) - numberOf(b)).map((name) => join(folder, name));
}

/** Where each whole command of an append-only file begins ("*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n"). */
export function commandStarts(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = endOfCommand(bytes, at);
    if (end === undefined) break;
    starts.push(at);
    at = end;
  }
  return starts;
}

function endOfCommand(bytes: Buffer, start: number): number | undefined {
  const parts = numberAt(bytes, start, '*');
  if (!parts) return undefined;
  let at = parts.next;
  for (let part = 0; part < parts.value; part++) {
    const length = numberAt(bytes, at, '$');
    if (!length) return undefined;
    at = length.next + length.value + 2;
  }
  return at <= bytes.length ? at : undefined;
}

/** "*12\r\n" or "$12\r\n" at a place. */
function numberAt(bytes: Buffer, at: number, sign: '*' | '$'): { readonly value: number; readonly next: number } | undefined {
  const end = bytes.indexOf('\r\n', at);
  if (end === -1 || String.fromCharCode(bytes[at] ?? 0) !== sign) return undefined;
  return { value: Number(bytes.toString('latin1', at + 1, end)), next: end + 2 };
}
