import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult, ProcessExit, ProcessHandle, ProcessSpec } from './api.ts';
import { LogFile } from './log-file.ts';
import { processInfo } from './proc.ts';
import { MARKER } from './put-away.ts';
import { signalGroup, stopFamily } from './stop.ts';
import type { StateFile } from './state.ts';
import type { StopPlan } from './stop.ts';

const LOG_BYTES_MAX = 20 * 1024 * 1024;
const STOP_TIMEOUT_MS = 5000;
/** Signals after which a process usually lives on: no exit is planned by them. */
const harmless: ReadonlySet<NodeJS.Signals> = new Set(['SIGSTOP', 'SIGTSTP', 'SIGCONT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']);

interface Child {
  readonly plan: StopPlan;
  readonly exited: Promise<ProcessExit>;
  planned: boolean;
}

/** The running processes of one supervisor, by name. */
export class Children {
  readonly #running = new Map<string, Child>();
  readonly #state: StateFile;
  readonly #supervisorId: string;

  constructor(state: StateFile, supervisorId: string) {
    this.#state = state;
    this.#supervisorId = supervisorId;
  }

  /** Starts a process as leader of its own group and session; rejects when the command cannot be run. */
  async spawn(spec: ProcessSpec, onExit: (exit: ProcessExit) => void): Promise<ProcessHandle> {
    const child = await this.#start(spec);
    void child.exited.then(onExit);
    return child.plan.handle;
  }

  /** Runs a command to its end, its log closed; rejects after `timeoutMs`, when it is stopped. */
  async execute(spec: ProcessSpec, timeoutMs: number): Promise<CommandResult> {
    const started = performance.now();
    const child = await this.#start(spec);
    const timeout = new AbortController();
    const exit = await Promise.race([child.exited, sleep(timeoutMs, undefined, { signal: timeout.signal }).catch(() => undefined)]);
    timeout.abort();
    if (exit === undefined) {
      await this.stop(spec.name);
      throw new Error(`${spec.name}: not finished after ${timeoutMs} ms, so it was stopped`);
    }
    return { code: exit.code, signal: exit.signal, durationMs: performance.now() - started };
  }

  async stop(name: string): Promise<void> {
    const child = this.#running.get(name);
    if (!child) return;
    child.planned = true;
    await stopFamily(child.plan);
    await child.exited;
  }

  signal(name: string, signal: NodeJS.Signals): void {
    const child = this.#running.get(name);
    if (!child) throw new Error(`${name}: does not run, so it cannot get ${signal}`);
    if (!harmless.has(signal)) child.planned = true;
    signalGroup(child.plan.handle.pid, signal);
  }

  /** From now on every exit is planned: all of it is about to be put away. */
  planAll(): void {
    for (const child of this.#running.values()) child.planned = true;
  }

  async #start(spec: ProcessSpec): Promise<Child> {
    if (this.#running.has(spec.name)) throw new Error(`${spec.name}: runs already`);
    const log = new LogFile(spec.logFile, spec.logBytesMax ?? LOG_BYTES_MAX);
    const process = spawn(spec.command, spec.args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...spec.env, [MARKER]: this.#supervisorId },
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    });
    if (process.pid === undefined) {
      log.close();
      const [error] = (await once(process, 'error')) as [Error];
      throw new Error(`${spec.name}: cannot be started: ${error.message}`);
    }
    // In the same tick as the fork: however soon it ends, it is still there (as a zombie) to be read and written down.
    const handle = { name: spec.name, pid: process.pid, startTicks: processInfo(process.pid)?.startTicks ?? '' };
    const plan = { handle, stopSignal: spec.stopSignal ?? 'SIGTERM', stopTimeoutMs: spec.stopTimeoutMs ?? STOP_TIMEOUT_MS } as const;
    this.#state.append({ kind: 'process', ...plan });
    const child: Child = { plan, planned: false, exited: this.#watch(process, spec.name, log) };
    this.#running.set(spec.name, child);
    return child;
  }

  async #watch(process: ChildProcess, name: string, log: LogFile): Promise<ProcessExit> {
    if (process.stdout) log.collect(process.stdout);
    if (process.stderr) log.collect(process.stderr);
    const closed = once(process, 'close').then(() => log.close());
    const pid = process.pid ?? 0;
    const [code, signal] = (await once(process, 'exit')) as [number | null, NodeJS.Signals | null];
    const tMs = Date.now();
    // What it had started in its group has nobody to stop it now, and would keep the log open.
    signalGroup(pid, 'SIGKILL');
    const planned = this.#running.get(name)?.planned ?? false;
    this.#running.delete(name);
    this.#state.append({ kind: 'process-gone', pid });
    await Promise.race([closed, sleep(500, undefined, { ref: false })]);
    return { process: name, pid, code, signal, planned, tMs };
  }
}
