import { chmod, chown, cp, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { assertReachable } from '../../setup/reachable.ts';
import { HOST, baseEnvironment, logFileOf } from './context.ts';
import type { NativeContext, Started } from './context.ts';
import { tailOf, waitFor } from './wait.ts';

const INITDB_TIMEOUT_MS = 60_000;
const READY_TIMEOUT_MS = 30_000;

/** As in production where it matters for the truth of a run: nothing is acknowledged that a crash would lose. */
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '150',
  shared_buffers: '128MB',
  listen_addresses: HOST,
  unix_socket_directories: '',
  // Files in the data folder instead of /dev/shm: a server that was killed then leaves nothing outside that folder.
  dynamic_shared_memory_type: 'mmap',
  timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
} as const;

export const postgresUrl = (port: number, database: string): string => `postgresql://postgres@${HOST}:${port}/${database}`;

/** Makes a new cluster and starts a server on it; as user nobody when we are root, which PostgreSQL refuses. */
export async function startPostgres(context: NativeContext, port: number): Promise<Started> {
  const { supervisor, tools, dataDir } = context;
  const { runAs } = tools.postgres;
  const cluster = join(dataDir, 'postgres');
  await mkdir(cluster, { mode: 0o700 });
  if (runAs) {
    await assertReachable(dataDir, 'the folder for temporary data', 'set TMPDIR to a folder that every user can enter');
    await chown(cluster, runAs.uid, runAs.gid);
  }
  const home = await reachableHome(context);
  const base = { cwd: cluster, env: { ...baseEnvironment(), LC_ALL: 'C', LD_LIBRARY_PATH: join(home, 'lib') }, ...runAs };

  const initLog = logFileOf(context, 'initdb');
  const initArgs = ['-D', cluster, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  const init = await supervisor.execute({ ...base, name: 'initdb', command: join(home, 'bin/initdb'), args: initArgs, logFile: initLog }, INITDB_TIMEOUT_MS);
  if (init.code !== 0) throw new Error(`initdb: ${init.signal ?? `exit ${init.code}`}${tailOf(initLog)}`);

  const startedMs = performance.now();
  const logFile = logFileOf(context, 'postgres');
  const handle = await supervisor.spawn({
    ...base,
    name: 'postgres',
    command: join(home, 'bin/postgres'),
    args: ['-D', cluster, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    logFile,
    // Fast shutdown: ends its sessions, writes its checkpoint, gives its shared memory back.
    stopSignal: 'SIGINT',
    stopTimeoutMs: 10_000,
  });
  const version = await waitFor({ what: 'postgres ready', timeoutMs: READY_TIMEOUT_MS, process: handle, logFile }, async () => {
    const [row] = await query(port, 'postgres', 'SHOW server_version');
    return String(row?.server_version);
  });
  return { handle, version, readyMs: performance.now() - startedMs };
}

/** One statement on a connection of its own; at most 10 s. */
export async function query(port: number, database: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgresUrl(port, database), connectionTimeoutMillis: 2000, query_timeout: 10_000 });
  // A server that ends while we are connected emits an error, which would end the harness.
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function reachableHome({ tools, dataDir }: NativeContext): Promise<string> {
  if (!tools.postgres.copyNeeded) return tools.postgres.home;
  const copy = join(dataDir, 'postgres-home');
  // Static libraries are for building against, and half of the size.
  await cp(tools.postgres.home, copy, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') });
  await openToAll(copy);
  return copy;
}

/** Lets every user read it: under a strict umask the packages are not. */
async function openToAll(folder: string): Promise<void> {
  for (const entry of [folder, ...(await readdir(folder, { recursive: true })).map((name) => join(folder, name))]) {
    const status = await lstat(entry);
    if (status.isSymbolicLink()) continue;
    const execute = status.isDirectory() || (status.mode & 0o100) !== 0;
    await chmod(entry, status.mode | (execute ? 0o555 : 0o444));
  }
}
