import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileOnPath } from '../../setup/paths.mjs';
import { baseEnvironment, logFileOf, type NativeContext } from './context.ts';
import { query } from './postgres.ts';
import { tailOf } from './wait.ts';

const MOUNT_TIMEOUT_MS = 10_000;
/** Room for the database of a run, and little more to fill. */
const SIZE_MB = 256;

/** A disk of its own for the databases of the runs, which a fault can fill; PostgreSQL's log of changes is elsewhere. */
export interface SmallDisk {
  readonly folder: string;
  /** PostgreSQL's name for what lies there */
  readonly tablespace: string;
}

/** Mounts a small file system below the data folder, with which the supervisor takes it away again. Needs to be root. */
export async function makeSmallDisk(context: NativeContext, postgresPort: number): Promise<SmallDisk> {
  const { supervisor, dataDir, tools } = context;
  const mountPoint = join(dataDir, 'small-disk');
  await mkdir(mountPoint);
  const logFile = logFileOf(context, 'mount');
  const args = ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m,mode=755`, 'gatecrash', mountPoint];
  const mounted = await supervisor.execute({ name: 'mount', command: fileOnPath('mount', process.env) ?? 'mount', args, env: baseEnvironment(), logFile }, MOUNT_TIMEOUT_MS);
  if (mounted.code !== 0) throw new Error(`mount: exit ${mounted.code}${tailOf(logFile)}`);
  const folder = join(mountPoint, 'tablespace');
  await mkdir(folder, { mode: 0o700 });
  if (tools.postgres.runAs) await chown(folder, tools.postgres.runAs.uid, tools.postgres.runAs.gid);
  await query(postgresPort, 'postgres', `CREATE TABLESPACE small_disk LOCATION '${folder}'`);
  return { folder: mountPoint, tablespace: 'small_disk' };
}
