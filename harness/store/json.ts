import { open, readFile, rename, rm } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { newerProblem } from '../contracts/run-header.ts';

/** Writes a file so that it is there whole or not at all: temporary name, fsync, rename. When that fails, what was there stays. */
export async function writeFileAtomic(path: string, content: string): Promise<void> {
  const temporary = `${path}.partial`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export const writeJson = (path: string, value: unknown): Promise<void> => writeFileAtomic(path, `${JSON.stringify(value, null, 1)}\n`);

export type ReadResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Reads and checks a JSON artefact; what is wrong comes back as a sentence, never as an exception. */
export async function readJson<S extends TSchema>(path: string, schema: S): Promise<ReadResult<Static<S>>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return { ok: false, problem: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : `cannot be read: ${(error as Error).message}` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: text.trim() === '' ? 'is empty' : 'is not complete JSON' };
  }
  const newer = newerProblem(value);
  if (newer !== undefined) return { ok: false, problem: newer };
  const [first] = Value.Errors(schema, value);
  if (first) return { ok: false, problem: `${first.instancePath || '(root)'} ${first.message}` };
  return { ok: true, value: value as Static<S> };
}
