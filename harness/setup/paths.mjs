import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the project, found from this file's own place. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Folder for everything that is fetched or built once: $GATECRASH_CACHE, else $XDG_CACHE_HOME/gatecrash, else ~/.cache/gatecrash.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string}
 */
export function cacheDirOf(env) {
  if (env.GATECRASH_CACHE) return resolve(env.GATECRASH_CACHE);
  return join(env.XDG_CACHE_HOME ? resolve(env.XDG_CACHE_HOME) : join(homedir(), '.cache'), 'gatecrash');
}

/** Where supervisors write what they would have to put away. */
export const stateDirOf = (env) => join(cacheDirOf(env), 'state');

/** Where locks between processes of one user lie. */
export const lockDirOf = (env) => join(cacheDirOf(env), 'locks');

/** Absolute path of an executable file on the PATH. Folders of npm's own links are passed over. */
export function fileOnPath(file, env) {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '' && !/node_modules[\\/]\.bin[\\/]?$/.test(folder));
  return folders.map((folder) => join(folder, file)).find(isExecutable);
}

/** Whether it is a file that may be run. */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
