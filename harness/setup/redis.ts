import { join } from 'node:path';
import { inspectMachine } from './machine.mjs';
import type { Program } from './machine.mjs';
import { withLock } from './lock.mjs';
import { fileOnPath, lockDirOf } from './paths.mjs';
import type { Progress } from './make-once.ts';
import { runCommand } from './run-command.ts';

const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** The Redis on the PATH; as root, one is installed when there is none. The requirements have been checked before. */
export async function ensureRedis(found: Program | undefined, progress: Progress): Promise<Program> {
  if (found) return found;
  const onWait = (pid: number): void => progress(`Redis: waiting for process ${pid}, which is installing it`);
  return withLock(join(lockDirOf(process.env), 'apt.lock'), () => install(progress), { onWait });
}

async function install(progress: Progress): Promise<Program> {
  const before = inspectMachine(process.env).redis;
  if (before) return before;
  const startedMs = performance.now();
  progress('Redis: installing with apt-get …');
  // RUNLEVEL=1: maintenance, in which Debian's packages start no service.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = fileOnPath('apt-get', process.env) ?? 'apt-get';
  const run = (...args: string[]) => runCommand({ what: 'installing Redis', command: apt, args, env, timeoutMs: INSTALL_TIMEOUT_MS });
  await run('update', '-q');
  await run('install', '-y', '-q', '--no-install-recommends', 'redis-server');
  await stopService();
  const installed = inspectMachine(process.env).redis;
  if (!installed) throw new Error('installing Redis: apt-get was content, but there is still no redis-server on the PATH');
  progress(`Redis ${installed.version ?? ''}: ready after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return installed;
}

/** Where services are managed, the package may have started one all the same; there was none before, so it goes. */
async function stopService(): Promise<void> {
  const service = fileOnPath('service', process.env);
  if (!service) return;
  const stop = { what: 'stopping the Redis service', command: service, args: ['redis-server', 'stop'], timeoutMs: 30_000 };
  // An error says that none was running: what was wanted.
  await runCommand(stop).catch(() => undefined);
}
