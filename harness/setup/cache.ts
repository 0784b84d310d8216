import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirOf, lockDirOf, stateDirOf } from './paths.mjs';

/**
 * Removes what set-up has fetched and built, and gives the paths. State and locks stay: they belong to runs that may be
 * going, and to `recover`.
 */
export async function cleanCache(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const cacheDir = cacheDirOf(env);
  const kept = new Set([stateDirOf(env), lockDirOf(env)]);
  const entries = await readdir(cacheDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const paths = entries.map((name) => join(cacheDir, name)).filter((path) => !kept.has(path));
  for (const path of paths) await rm(path, { recursive: true, force: true });
  return paths;
}
