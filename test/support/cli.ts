import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const projectRoot = resolve(import.meta.dirname, '../..');

/** The program as a user starts it, with what it has printed so far. */
export class Cli implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly done: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #output = '';

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, [resolve(projectRoot, 'harness/gatecrash.mjs'), ...args], {
      cwd: projectRoot,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child.stdout?.on('data', (chunk) => (this.#output += chunk));
    this.child.stderr?.on('data', (chunk) => (this.#output += chunk));
    this.done = new Promise((done) => this.child.once('close', (code, signal) => done({ code, signal })));
  }

  get output(): string {
    return this.#output;
  }

  /** Waits until the program has printed something; throws what it printed instead. */
  async printed(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    const deadlineMs = Date.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match) return match;
      if (this.child.exitCode !== null || Date.now() > deadlineMs) throw new Error(`${pattern} was not printed within ${timeoutMs} ms:\n${this.#output}`);
      await sleep(50);
    }
  }

  /** A signal to the whole group, as Ctrl-C in a terminal sends it. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-(this.child.pid as number), signal);
  }

  /** Everything this program started, directly or through its supervisor. */
  family(): ProcessInfo[] {
    const all = processes();
    const family = new Set<number>([this.child.pid as number]);
    for (let grown = true; grown; ) {
      grown = false;
      for (const { pid, parent } of all) if (!family.has(pid) && family.has(parent)) grown = Boolean(family.add(pid));
    }
    return all.filter(({ pid }) => family.has(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.signalGroup('SIGTERM');
      await this.done;
    }
  }
}

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly startTicks: string;
  readonly command: string;
}

/** All processes of the machine, zombies left out. */
export function processes(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (fields[0] === 'Z') return [];
        return [{ pid: Number(name), parent: Number(fields[1]), startTicks: fields[19] ?? '', command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }];
      } catch {
        return []; // it ended while we looked
      }
    });
}

/** Those of `before` that still run (same pid, same start) after at most `timeoutMs`. */
export async function survivors(before: readonly ProcessInfo[], timeoutMs: number): Promise<ProcessInfo[]> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const now = new Set(processes().map(({ pid, startTicks }) => `${pid} ${startTicks}`));
    const left = before.filter(({ pid, startTicks }) => now.has(`${pid} ${startTicks}`));
    if (left.length === 0 || Date.now() > deadlineMs) return left;
    await sleep(100);
  }
}

/** TCP ports something listens on, on any address. */
export function listeningPorts(): Set<number> {
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1));
  return new Set(lines.map((line) => line.trim().split(/\s+/)).filter((fields) => fields[3] === '0A').map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)));
}
