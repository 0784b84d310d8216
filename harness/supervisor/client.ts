import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessIdentity, UndoRecord } from '../contracts/fault.ts';
import { stateDirOf } from '../setup/paths.mjs';
import type { CommandResult, ProcessExit, ProcessHandle, ProcessRestart, ProcessSpec, Supervisor } from './api.ts';
import { ipcChannel, socketChannel, type Channel } from './channel.ts';
import { BEAT_MS, socketPathOf } from './protocol.ts';
import type { FromSupervisor, MethodName, Methods, SupervisorOptions, ToSupervisor } from './protocol.ts';

const START_TIMEOUT_MS = 15_000;
const LEASE_MS = 30_000;

/** Options of a supervisor; the defaults are right outside of tests. */
export interface StartOptions {
  /** Folder of the state files; default: in the cache folder of the user. */
  readonly stateDir?: string;
  /** How long the harness may be silent before everything is put away. Default 30 s. */
  readonly leaseMs?: number;
  /** Where its messages go, for one that is left to itself; default: they come out on our stderr. */
  readonly logFile?: string;
}

/** Starts a supervisor for this process. */
export async function startSupervisor({ stateDir = stateDirOf(process.env), leaseMs = LEASE_MS, logFile }: StartOptions = {}): Promise<Supervisor> {
  const options: SupervisorOptions = { stateDir, leaseMs };
  const log = logFile === undefined ? undefined : openSync(logFile, 'a');
  // The only spawn of the harness. Detached: the terminal's signals must not reach it.
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), JSON.stringify(options)], {
    detached: true,
    stdio: ['ignore', 'ignore', log ?? 'inherit', 'ipc'],
  });
  if (log !== undefined) closeSync(log);
  const client = new Client(ipcChannel(child));
  const tooLate = new AbortController();
  await Promise.race([
    client.ready,
    sleep(START_TIMEOUT_MS, undefined, { signal: tooLate.signal }).then(() => {
      child.kill('SIGKILL');
      throw new Error(`supervisor ready: not after ${START_TIMEOUT_MS} ms; last: nothing heard from pid ${child.pid}`);
    }),
  ]).finally(() => tooLate.abort());
  return client;
}

/**
 * A supervisor that was left to itself (`leave()`), by its pid and start time. It does what it is asked and tells what
 * happens; `close()` lets go of it and ends nothing. Rejects when it is not there.
 */
export async function connectSupervisor({ pid, startTicks }: ProcessIdentity, stateDir: string = stateDirOf(process.env)): Promise<Supervisor> {
  const channel = await socketChannel(socketPathOf(stateDir, `${pid}-${startTicks}`), pid);
  return new Client(channel, { owns: false });
}

interface Pending {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

class Client implements Supervisor {
  readonly pid: number;
  readonly ready: Promise<void>;
  readonly #channel: Channel;
  readonly #owns: boolean;
  readonly #events = new EventEmitter<{ exit: [ProcessExit]; restart: [ProcessRestart]; lost: [Error] }>();
  readonly #pending = new Map<number, Pending>();
  readonly #beats: NodeJS.Timeout;
  #requests = 0;
  #closing: Promise<void> | undefined;
  #lost: Error | undefined;

  constructor(channel: Channel, { owns = true } = {}) {
    this.pid = channel.pid;
    this.#channel = channel;
    this.#owns = owns;
    this.ready = new Promise((resolve, reject) => this.#pending.set(0, { resolve: () => resolve(), reject }));
    // Of one that was found nobody waits for its readiness.
    this.ready.catch(() => undefined);
    channel.onMessage((message) => this.#hear(message));
    channel.onGone((why) => this.#lose(new Error(`the supervisor (pid ${channel.pid}) is gone: ${why}`)));
    this.#beats = setInterval(() => channel.send({ kind: 'beat' }), BEAT_MS);
    this.#beats.unref();
  }

  spawn(spec: ProcessSpec): Promise<ProcessHandle> {
    return this.#ask('spawn', { spec });
  }

  execute(spec: ProcessSpec, timeoutMs: number): Promise<CommandResult> {
    return this.#ask('execute', { spec, timeoutMs });
  }

  async stop(name: string): Promise<void> {
    await this.#ask('stop', { name });
  }

  async start(name: string): Promise<void> {
    await this.#ask('start', { name });
  }

  async signal(name: string, signal: NodeJS.Signals): Promise<void> {
    await this.#ask('signal', { name, signal });
  }

  async expectEnd(name: string): Promise<void> {
    await this.#ask('expectEnd', { name });
  }

  async remember(): Promise<void> {
    await this.#ask('remember', {});
  }

  async restore(): Promise<void> {
    await this.#ask('restore', {});
  }

  async recordUndo(record: UndoRecord): Promise<void> {
    await this.#ask('recordUndo', { record });
  }

  async forgetUndo(id: string): Promise<void> {
    await this.#ask('forgetUndo', { id });
  }

  async ownFolder(path: string): Promise<void> {
    await this.#ask('ownFolder', { path });
  }

  async guardPort(server: Server): Promise<void> {
    await this.#ask('guardPort', {}, server);
  }

  async leave(): Promise<void> {
    await this.#ask('keep', {});
    this.#closing = Promise.resolve();
    this.#channel.leave();
  }

  onExit(listener: (exit: ProcessExit) => void): () => void {
    this.#events.on('exit', listener);
    return () => this.#events.off('exit', listener);
  }

  onRestart(listener: (restart: ProcessRestart) => void): () => void {
    this.#events.on('restart', listener);
    return () => this.#events.off('restart', listener);
  }

  onLost(listener: (error: Error) => void): () => void {
    this.#events.on('lost', listener);
    return () => this.#events.off('lost', listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    if (this.#lost) return;
    if (!this.#owns) return this.#channel.leave();
    const { problems } = await this.#ask('close', {});
    this.#channel.leave();
    await this.#channel.gone();
    if (problems.length > 0) throw new Error(`left behind, "gatecrash recover" tries again: ${problems.join('; ')}`);
  }

  async #ask<M extends MethodName>(method: M, args: Methods[M]['args'], server?: Server): Promise<Methods[M]['answer']> {
    if (this.#lost) throw this.#lost;
    const id = ++this.#requests;
    const answer = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#channel.send({ kind: 'request', id, method, args } as ToSupervisor, server);
    return (await answer) as Methods[M]['answer'];
  }

  #hear(message: FromSupervisor): void {
    switch (message.kind) {
      case 'ready':
        return this.#settle(0, (pending) => pending.resolve(undefined));
      case 'answer':
        return this.#settle(message.id, (pending) => pending.resolve(message.answer));
      case 'refusal':
        return this.#settle(message.id, (pending) => pending.reject(new Error(message.message)));
      case 'exit':
        this.#events.emit('exit', message.exit);
        return;
      case 'restart':
        this.#events.emit('restart', message.restart);
    }
  }

  #settle(id: number, act: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending) act(pending);
  }

  #lose(error: Error): void {
    clearInterval(this.#beats);
    if (this.#lost) return;
    this.#lost = error;
    for (const id of [...this.#pending.keys()]) this.#settle(id, (pending) => pending.reject(error));
    if (!this.#closing) this.#events.emit('lost', error);
  }
}
