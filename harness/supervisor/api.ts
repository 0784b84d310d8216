import type { Server } from 'node:net';
import type { UndoRecord } from '../contracts/fault.ts';

/** A process to start. The supervisor makes it leader of its own process group. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment of the process; nothing is inherited, only GATECRASH_SUPERVISOR is added, by which `recover` finds strays. */
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  /** stdout and stderr go here (appended), cut at `logBytesMax` (default 20 MiB); the last 16 KiB are kept all the same. */
  readonly logFile: string;
  readonly logBytesMax?: number;
  /** How it is asked to end (default SIGTERM; SIGKILL asks nothing), and after how many ms it is killed (default 5000). */
  readonly stopSignal?: NodeJS.Signals;
  readonly stopTimeoutMs?: number;
  /** Started again under its name whenever it ends without `stop()` or `close()`; left out: never. */
  readonly restart?: RestartPolicy;
}

/** How long a process that ended is left alone before it is started again: doubled each time until it has run stably. */
export interface RestartPolicy {
  readonly pauseMsMin: number;
  readonly pauseMsMax: number;
  /** One that ran this long begins with the shortest pause again. */
  readonly stableAfterMs: number;
}

/** pid + start time: a pid alone may have been taken over by another process. */
export interface ProcessHandle {
  readonly name: string;
  readonly pid: number;
  /** field 22 of /proc/PID/stat */
  readonly startTicks: string;
}

/** How a command that ran to its end came out. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly durationMs: number;
}

export interface ProcessExit {
  readonly process: string;
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** true when stop(), signal() with a fatal signal, or close() asked for it */
  readonly planned: boolean;
  readonly tMs: number;
}

/** A process that was started again. */
export interface ProcessRestart {
  readonly handle: ProcessHandle;
  readonly tMs: number;
}

/**
 * The one that spawns, seen from the harness. It holds a lease: when the harness is gone, or says nothing for
 * `leaseMs`, it replays the undo records newest first, stops all processes and removes the folders it owns.
 */
export interface Supervisor extends AsyncDisposable {
  readonly pid: number;
  spawn(spec: ProcessSpec): Promise<ProcessHandle>;
  /** Runs a command to its end; after `timeoutMs` it is ended and the promise rejects. Its exit is not reported to `onExit`. */
  execute(spec: ProcessSpec, timeoutMs: number): Promise<CommandResult>;
  /** Ends it in the planned way; resolves when it is gone. Unknown or dead names resolve at once. */
  stop(name: string): Promise<void>;
  /** Starts one that has ended as it was started before; nothing when it runs. `onRestart` tells of it. */
  start(name: string): Promise<void>;
  /** Sends a signal to the process group, as part of a plan: its exit then counts as planned, and is followed by no restart. */
  signal(name: string, signal: NodeJS.Signals): Promise<void>;
  /** The next end of this process is part of a plan, whatever ends it (of one that has ended: the end after its next start); a restart policy holds all the same. */
  expectEnd(name: string): Promise<void>;
  onExit(listener: (exit: ProcessExit) => void): () => void;
  /** A process runs again, under another pid: by its restart policy, or by `start()`. */
  onRestart(listener: (restart: ProcessRestart) => void): () => void;
  /** The supervisor itself is gone without having been asked: end the run, then `recover()`. */
  onLost(listener: (error: Error) => void): () => void;
  /** Resolves after the record is on disk (fsync). Only then may the fault be applied. */
  recordUndo(record: UndoRecord): Promise<void>;
  /** The fault was undone and verified gone. */
  forgetUndo(id: string): Promise<void>;
  /** A folder to remove, with everything in it, when this ends. */
  ownFolder(path: string): Promise<void>;
  /** Keeps the port of a listening server taken as long as this runs, whoever else is gone; the caller may close its own. */
  guardPort(server: Server): Promise<void>;
  /** What runs now is what `restore()` goes back to. */
  remember(): Promise<void>;
  /** Ends what runs in another way than it was remembered, and starts it as it was; nothing when nothing was remembered. */
  restore(): Promise<void>;
  /** Lets go of it with everything it runs: the lease does not end any more, SIGTERM to `pid` does what `close()` does. */
  leave(): Promise<void>;
  /** Replays what is not undone, stops everything in reverse order of start, removes the folders. Idempotent. */
  close(): Promise<void>;
}
