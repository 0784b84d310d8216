import { join } from 'node:path';
import type { UndoRecord } from '../contracts/fault.ts';
import type { CommandResult, ProcessExit, ProcessHandle, ProcessRestart, ProcessSpec } from './api.ts';

/** What the harness may ask of its supervisor: arguments and answer by method. */
export interface Methods {
  spawn: { args: { spec: ProcessSpec }; answer: ProcessHandle };
  execute: { args: { spec: ProcessSpec; timeoutMs: number }; answer: CommandResult };
  stop: { args: { name: string }; answer: null };
  start: { args: { name: string }; answer: null };
  signal: { args: { name: string; signal: NodeJS.Signals }; answer: null };
  expectEnd: { args: { name: string }; answer: null };
  remember: { args: Record<string, never>; answer: null };
  restore: { args: Record<string, never>; answer: null };
  recordUndo: { args: { record: UndoRecord }; answer: null };
  forgetUndo: { args: { id: string }; answer: null };
  ownFolder: { args: { path: string }; answer: null };
  /** The server comes with the message. */
  guardPort: { args: Record<string, never>; answer: null };
  keep: { args: Record<string, never>; answer: null };
  close: { args: Record<string, never>; answer: { problems: readonly string[] } };
}
export type MethodName = keyof Methods;

export type Request = { [M in MethodName]: { readonly kind: 'request'; readonly id: number; readonly method: M; readonly args: Methods[M]['args'] } }[MethodName];

/** Harness → supervisor. A beat renews the lease; so does every request. */
export type ToSupervisor = Request | { readonly kind: 'beat' };

/** Supervisor → harness. */
export type FromSupervisor =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string }
  | { readonly kind: 'exit'; readonly exit: ProcessExit }
  | { readonly kind: 'restart'; readonly restart: ProcessRestart };

/** Arguments of `harness/supervisor/main.ts`, as JSON in argv[2]. */
export interface SupervisorOptions {
  readonly stateDir: string;
  readonly leaseMs: number;
}

/** How often the harness renews its lease. */
export const BEAT_MS = 2000;

/** Where a supervisor that was left to itself listens; `supervisorId` is its `PID-STARTTICKS`. */
export const socketPathOf = (stateDir: string, supervisorId: string): string => join(stateDir, `${supervisorId}.sock`);
