import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult, ProcessExit, ProcessHandle, ProcessRestart, ProcessSpec, RestartPolicy } from './api.ts';
import { LogFile } from './log-file.ts';
import { processInfo, type ProcessInfo } from '../../chaos/drivers/proc.ts';
import { MARKER } from './put-away.ts';
import { Pauses } from './restarts.ts';
import { gone, signalFamily, signalGroup, stopFamily } from './stop.ts';
import type { StateFile } from './state.ts';
import type { StopPlan } from './stop.ts';

const LOG_BYTES_MAX = 20 * 1024 * 1024;
const STOP_TIMEOUT_MS = 5000;
/** Signals after which a process usually lives on: no exit is planned by them. */
const harmless: ReadonlySet<NodeJS.Signals> = new Set(['SIGSTOP', 'SIGTSTP', 'SIGCONT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']);
/** Signals that the kernel itself carries out: they are meant for all that the process consists of, PostgreSQL's sessions too. */
const kernels: ReadonlySet<NodeJS.Signals> = new Set(['SIGKILL', 'SIGSTOP', 'SIGCONT']);

interface Child {
  readonly plan: StopPlan;
  readonly exited: Promise<ProcessExit>;
  planned: boolean;
  /** it got a signal that ends it */
  ending: boolean;
  /** what was killed with it */
  killed: readonly ProcessInfo[];
}

/** Whom the ends and restarts of processes are told. */
export interface ChildListeners {
  onExit(exit: ProcessExit): void;
  onRestart(restart: ProcessRestart): void;
}

/** The running processes of one supervisor, by name. */
export class Children {
  readonly #running = new Map<string, Child>();
  /** Of the processes that are to be started again, those that pause just now included. */
  readonly #kept = new Map<string, Pauses>();
  /** How each process was started, whether it runs or not. */
  readonly #specs = new Map<string, ProcessSpec>();
  #remembered: readonly ProcessSpec[] = [];
  /** Those whose next end is part of a plan, although they do not run yet. */
  readonly #doomed = new Set<string>();
  readonly #state: StateFile;
  readonly #supervisorId: string;
  readonly #listeners: ChildListeners;

  constructor(state: StateFile, supervisorId: string, listeners: ChildListeners) {
    this.#state = state;
    this.#supervisorId = supervisorId;
    this.#listeners = listeners;
  }

  /** Starts a process as leader of its own group and session; rejects when the command cannot be run. */
  async spawn(spec: ProcessSpec): Promise<ProcessHandle> {
    if (this.#kept.has(spec.name)) throw new Error(`${spec.name}: is about to be started again`);
    const child = await this.#start(spec);
    this.#specs.set(spec.name, spec);
    if (spec.restart) void this.#keep(spec, child, spec.restart);
    else void child.exited.then((exit) => this.#listeners.onExit(exit));
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
    this.#letGo(name);
    const child = this.#running.get(name);
    if (!child) return;
    child.planned = true;
    child.ending = true;
    await stopFamily(child.plan);
    await child.exited;
  }

  /** Starts one that has ended as it was started before, and tells of it as of a restart; nothing when it runs. */
  async start(name: string): Promise<void> {
    const spec = this.#specs.get(name);
    if (!spec) throw new Error(`${name}: was never started, so it cannot be started again`);
    const child = this.#running.get(name);
    if (child?.ending) await child.exited;
    else if (child || this.#kept.has(name)) return;
    this.#listeners.onRestart({ handle: await this.spawn(spec), tMs: Date.now() });
  }

  signal(name: string, signal: NodeJS.Signals): void {
    const child = this.#childOf(name, `cannot get ${signal}`);
    if (!harmless.has(signal)) {
      child.planned = true;
      child.ending = true;
      this.#letGo(name);
    }
    if (!kernels.has(signal)) signalGroup(child.plan.handle.pid, signal);
    else if (signal === 'SIGKILL') child.killed = signalFamily(child.plan.handle, signal);
    else signalFamily(child.plan.handle, signal);
  }

  /** What runs now is what `restore()` goes back to. */
  remember(): void {
    this.#remembered = [...this.#running.keys()].flatMap((name) => this.#specs.get(name) ?? []);
  }

  /** Ends what runs in another way than it was remembered, and starts it as it was. */
  async restore(): Promise<void> {
    const others = this.#remembered.filter((spec) => this.#specs.get(spec.name) !== spec || !this.#running.has(spec.name));
    await Promise.all(others.map(({ name }) => this.stop(name)));
    for (const spec of others) this.#listeners.onRestart({ handle: await this.spawn(spec), tMs: Date.now() });
  }

  expectEnd(name: string): void {
    const isOver = this.#specs.has(name) && (this.#running.get(name)?.ending ?? true);
    if (isOver) this.#doomed.add(name);
    else this.#childOf(name, 'cannot be expected to end').planned = true;
  }

  #childOf(name: string, what: string): Child {
    const child = this.#running.get(name);
    if (!child) throw new Error(`${name}: does not run, so it ${what}`);
    return child;
  }

  /** From now on every exit is planned and nothing is started again: all of it is about to be put away. */
  endAll(): void {
    for (const name of [...this.#kept.keys()]) this.#letGo(name);
    for (const child of this.#running.values()) child.planned = true;
  }

  /** Starts it again after each end, until it is let go. */
  async #keep(spec: ProcessSpec, first: Child, policy: RestartPolicy): Promise<void> {
    const pauses = new Pauses(policy);
    this.#kept.set(spec.name, pauses);
    for (let child: Child | undefined = first; ; ) {
      const startedMs = performance.now();
      if (child) this.#listeners.onExit(await child.exited);
      if (!(await pauses.pass(performance.now() - startedMs))) return;
      // A command that cannot be run just now (no memory, no process left) is tried again like one that ended.
      child = await this.#start(spec).catch(() => undefined);
      if (child) this.#listeners.onRestart({ handle: child.plan.handle, tMs: Date.now() });
    }
  }

  #letGo(name: string): void {
    this.#kept.get(name)?.callOff();
    this.#kept.delete(name);
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
    const child: Child = { plan, planned: this.#doomed.delete(spec.name), ending: false, killed: [], exited: this.#watch(process, spec.name, log) };
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
    const child = this.#running.get(name);
    const planned = child?.planned ?? false;
    // Nothing may be started on its data before all of it is gone.
    await gone(child?.killed ?? []);
    this.#running.delete(name);
    this.#state.append({ kind: 'process-gone', pid });
    await Promise.race([closed, sleep(500, undefined, { ref: false })]);
    return { process: name, pid, code, signal, planned, tMs };
  }
}
