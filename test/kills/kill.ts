import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDirOf } from '../../harness/setup/paths.mjs';
import { upFilePath, type UpFile } from '../../harness/up/up-file.ts';
import { Cli, listeningPorts, processes, survivors, type ProcessInfo } from '../support/cli.ts';
import { leftInStack, leftOnMachine, workDirsIn } from './left.ts';

const START_TIMEOUT_MS = 120_000;
const END_TIMEOUT_MS = 40_000;
export const experiment = 'test/kills/many-faults.yaml';

/** A user of their own, with a state and a temporary folder of their own: a stack of the developer's is not touched. */
export class Sandbox implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'gatecrash-kill-'));
  readonly temporary = join(this.folder, 'tmp');
  readonly env: Record<string, string>;

  constructor() {
    const cache = join(this.folder, 'cache');
    chmodSync(this.folder, 0o755);
    mkdirSync(cache);
    mkdirSync(this.temporary);
    chmodSync(this.temporary, 0o1777);
    const real = cacheDirOf(process.env);
    for (const name of existsSync(real) ? readdirSync(real) : []) if (name !== 'state' && name !== 'locks') symlinkSync(join(real, name), join(cache, name));
    this.env = { GATECRASH_CACHE: cache, TMPDIR: this.temporary };
  }

  async gatecrash(...args: string[]): Promise<{ code: number | null; output: string }> {
    await using cli = new Cli(args, this.env);
    const { code } = await cli.done;
    return { code, output: cli.output };
  }

  get up(): UpFile {
    return JSON.parse(readFileSync(upFilePath({ ...process.env, ...this.env }), 'utf8')) as UpFile;
  }

  /** What the state folder still knows of; the records of a stack that is up are its own. */
  get state(): string[] {
    const folder = join(this.env['GATECRASH_CACHE']!, 'state');
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Starts the run, kills the harness (SIGKILL) so long after its load began, and gives everything that is left when its supervisor has put away. */
export async function killOwnStack(sandbox: Sandbox, afterMs: number): Promise<string[]> {
  const run = await loaded(sandbox, []);
  await sleep(afterMs);
  const family = run.family();
  const workDirs = workDirsIn(sandbox.temporary);
  const ports = new Set(readPorts(sandbox));
  run.signalGroup('SIGKILL');
  await run.done;
  const left = await survivors(family, END_TIMEOUT_MS);
  const listening = listeningPorts();
  return [...left.map(processText), ...[...ports].filter((port) => listening.has(port)).map((port) => `port ${port}`), ...leftOnMachine(sandbox.temporary, workDirs), ...sandbox.state.map((name) => `state ${name}`)];
}

/** The same on a stack that `up` has left running and that must go on as it was. */
export async function killOnUp(sandbox: Sandbox, afterMs: number): Promise<string[]> {
  const before = sandbox.up;
  const stateBefore = new Set(sandbox.state);
  const run = await loaded(sandbox, ['--stack', 'up']);
  await sleep(afterMs);
  const family = run.family();
  const workDirs = workDirsIn(sandbox.temporary);
  run.signalGroup('SIGKILL');
  await run.done;
  const left = await survivors(family, END_TIMEOUT_MS);
  const { code, output } = await statusSoon(sandbox);
  const pids = [...output.matchAll(/"pid": (\d+)/g)].map(([, pid]) => Number(pid)).filter((pid) => processes().some((one) => one.pid === pid));
  const temporary = leftOnMachine(sandbox.temporary, workDirs).filter((text) => !text.startsWith('file gatecrash-up-'));
  return [...left.map(processText), ...(code === 0 ? [] : [`status: ${output}`]), ...(await leftInStack(before, pids)), ...temporary, ...sandbox.state.filter((name) => !stateBefore.has(name)).map((name) => `state ${name}`)];
}

async function loaded(sandbox: Sandbox, args: readonly string[]): Promise<Cli> {
  const run = new Cli(['run', experiment, '--out', join(sandbox.temporary, 'runs'), ...args], sandbox.env);
  await run.printed(/ 1 s \/ /, START_TIMEOUT_MS);
  return run;
}

/** The service is started again on its own opening, which takes a moment. */
async function statusSoon(sandbox: Sandbox): Promise<{ code: number | null; output: string }> {
  const deadlineMs = Date.now() + END_TIMEOUT_MS;
  for (;;) {
    const status = await sandbox.gatecrash('status', '--json');
    if (status.code === 0 || Date.now() > deadlineMs) return status;
    await sleep(500);
  }
}

function readPorts(sandbox: Sandbox): number[] {
  const runs = join(sandbox.temporary, 'runs');
  const last = readdirSync(runs).toSorted().at(-1) ?? '';
  const { components } = JSON.parse(readFileSync(join(runs, last, 'stack.json'), 'utf8')) as { components: { directPort?: number; proxyPort?: number }[] };
  return components.flatMap(({ directPort, proxyPort }) => [directPort, proxyPort]).filter((port) => port !== undefined);
}

const processText = ({ pid, command }: ProcessInfo): string => `pid ${pid} ${command.slice(0, 80)}`;
