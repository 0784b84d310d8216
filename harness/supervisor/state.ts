import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { UndoRecord } from '../contracts/fault.ts';
import type { StopPlan } from './stop.ts';

/** One line of a supervisor's state file; written and synced before the supervisor acts on it. */
export type StateLine =
  | ({ readonly kind: 'process' } & StopPlan)
  | { readonly kind: 'process-gone'; readonly pid: number }
  | { readonly kind: 'undo'; readonly record: UndoRecord }
  | { readonly kind: 'undone'; readonly id: string }
  | { readonly kind: 'folder'; readonly path: string };

/** What a supervisor has to put away, each in the order in which it came. */
export interface SupervisorState {
  readonly processes: readonly StopPlan[];
  readonly undos: readonly UndoRecord[];
  readonly folders: readonly string[];
}

/** The append-only file of one supervisor, named by its `PID-STARTTICKS`. */
export class StateFile {
  readonly #path: string;
  #fd: number | undefined;

  constructor(stateDir: string, supervisorId: string) {
    this.#path = join(stateDir, `${supervisorId}.ndjson`);
    mkdirSync(stateDir, { recursive: true });
    this.#fd = openSync(this.#path, 'wx', 0o600);
    // The name must survive a crash of the machine as well as the content.
    const folder = openSync(stateDir, 'r');
    fsyncSync(folder);
    closeSync(folder);
  }

  /** When it returns, the line is on disk. Without effect after `remove()`. */
  append(line: StateLine): void {
    if (this.#fd === undefined) return;
    writeSync(this.#fd, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#fd);
  }

  read(): SupervisorState {
    return readState(this.#path);
  }

  remove(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    rmSync(this.#path, { force: true });
  }
}

/** Reads a state file; a line that was cut by a crash was never acted on, so it is left out. */
export function readState(path: string): SupervisorState {
  return foldState(readFileSync(path, 'utf8').split('\n').flatMap(parseLine));
}

/** What is still to be put away after these lines. */
export function foldState(lines: readonly StateLine[]): SupervisorState {
  const processes = new Map<number, StopPlan>();
  const undos = new Map<string, UndoRecord>();
  const folders: string[] = [];
  for (const line of lines) {
    switch (line.kind) {
      case 'process':
        // Deleted first, so that a pid that came back stands where its process started.
        processes.delete(line.handle.pid);
        processes.set(line.handle.pid, { handle: line.handle, stopSignal: line.stopSignal, stopTimeoutMs: line.stopTimeoutMs });
        break;
      case 'process-gone':
        processes.delete(line.pid);
        break;
      case 'undo':
        undos.delete(line.record.id);
        undos.set(line.record.id, line.record);
        break;
      case 'undone':
        undos.delete(line.id);
        break;
      case 'folder':
        folders.push(line.path);
        break;
    }
  }
  return { processes: [...processes.values()], undos: [...undos.values()], folders };
}

function parseLine(line: string): StateLine[] {
  try {
    return [JSON.parse(line) as StateLine];
  } catch {
    return [];
  }
}
