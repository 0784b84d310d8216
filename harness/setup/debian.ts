import { globSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../contracts/fail.ts';
import { inspectMachine } from './machine.mjs';
import type { Machine, Program } from './machine.mjs';
import { withLock } from './lock.mjs';
import { fileOnPath, lockDirOf } from './paths.mjs';
import type { Progress } from './make-once.ts';
import { extras } from './requirements.mjs';
import { runCommand } from './run-command.ts';

const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** A program that comes from a package of the distribution: the one on the PATH, or as root one that is installed when there is none. */
interface DebianProgram {
  readonly title: string;
  readonly packageName: string;
  readonly find: (machine: Machine) => Program | undefined;
}

/** The requirements have been checked before: when it is not there, we are root with apt-get. */
export const ensureRedis = (found: Program | undefined, progress: Progress): Promise<Program> =>
  ensure({ title: 'Redis', packageName: 'redis-server', find: ({ redis }) => redis }, found, progress);

/** HAProxy, for those runs only that have several replicas. A UsageError with the fix when it cannot be installed here. */
export async function ensureHaproxy(progress: Progress): Promise<Program> {
  const machine = inspectMachine(process.env, { withExtras: true });
  const extra = extras(machine).find(({ name }) => name === 'HAProxy');
  if (extra && !extra.ok && !extra.installable) throw new UsageError([{ message: `HAProxy is needed for several replicas, ${extra.have}`, fix: extra.fix }]);
  return ensure({ title: 'HAProxy', packageName: 'haproxy', find: ({ haproxy }) => haproxy }, extra?.ok ? machine.haproxy : undefined, progress);
}

/** libfaketime, for those runs only that set a clock wrong: the path of the library. A UsageError with the fix when it cannot be installed here. */
export async function ensureFaketime(progress: Progress): Promise<string> {
  const machine = inspectMachine(process.env, { withExtras: true });
  const extra = extras(machine).find(({ name }) => name === 'faketime');
  if (extra && !extra.ok && !extra.installable) throw new UsageError([{ message: `faketime is needed for the fault clock-skew, ${extra.have}`, fix: extra.fix }]);
  await ensure({ title: 'faketime', packageName: 'faketime', find: ({ faketime }) => faketime }, machine.faketime, progress);
  const [library] = globSync('/usr/lib{,/*}/faketime/libfaketime.so.1');
  if (library === undefined) throw new UsageError([{ message: 'faketime is there, but its library libfaketime.so.1 is not in /usr/lib', fix: 'install the package of the distribution' }]);
  return library;
}

async function ensure(program: DebianProgram, found: Program | undefined, progress: Progress): Promise<Program> {
  if (found) return found;
  const onWait = (pid: number): void => progress(`${program.title}: waiting for process ${pid}, which is installing something`);
  return withLock(join(lockDirOf(process.env), 'apt.lock'), () => install(program, progress), { onWait });
}

async function install({ title, packageName, find }: DebianProgram, progress: Progress): Promise<Program> {
  const before = find(inspectMachine(process.env, { withExtras: true }));
  if (before) return before;
  const startedMs = performance.now();
  progress(`${title}: installing with apt-get …`);
  // RUNLEVEL=1: maintenance, in which Debian's packages start no service.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = fileOnPath('apt-get', process.env) ?? 'apt-get';
  const run = (...args: string[]) => runCommand({ what: `installing ${title}`, command: apt, args, env, timeoutMs: INSTALL_TIMEOUT_MS });
  await run('update', '-q');
  await run('install', '-y', '-q', '--no-install-recommends', packageName);
  await stopService(packageName);
  const installed = find(inspectMachine(process.env, { withExtras: true }));
  if (!installed) throw new Error(`installing ${title}: apt-get was content, but there is still no ${packageName} to be found`);
  progress(`${title} ${installed.version ?? ''}: ready after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return installed;
}

/** Where services are managed, the package may have started one all the same; there was none before, so it goes. */
async function stopService(name: string): Promise<void> {
  const service = fileOnPath('service', process.env);
  if (!service) return;
  const stop = { what: `stopping the service ${name}`, command: service, args: [name, 'stop'], timeoutMs: 30_000 };
  // An error says that none was running: what was wanted.
  await runCommand(stop).catch(() => undefined);
}
