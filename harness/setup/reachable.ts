import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../contracts/fail.ts';

const OTHERS_ENTER = 0o001;

/** The first folder on the way to `path` (itself included when it is a folder) that a user without rights cannot enter. */
export function firstClosedFolder(path: string): string | undefined {
  const real = realpathSync(path);
  const way = [real];
  while (dirname(way[0] ?? '/') !== way[0]) way.unshift(dirname(way[0] ?? '/'));
  return way.find((folder) => {
    const status = statSync(folder);
    return status.isDirectory() && (status.mode & OTHERS_ENTER) === 0;
  });
}

/** UsageError with the fix when a user without rights cannot get to `path`. */
export async function assertReachable(path: string, what: string, fix: string): Promise<void> {
  const closed = firstClosedFolder(path);
  if (closed === undefined) return;
  throw new UsageError([{ file: path, message: `${what} is closed to user nobody, as which PostgreSQL runs, by ${closed}`, fix }]);
}
