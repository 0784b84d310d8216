import type { ProcessIdentity, UndoRecord } from '../contracts/fault.ts';
import type { ProcessSpec, Supervisor } from '../supervisor/api.ts';

/**
 * Two supervisors as one: that of a run, which holds the lease, the undo records and what the run starts, and that of a
 * stack which was up before and stays up. Closing it ends what the run started and lets go of the stack.
 */
export function attachedSupervisor(own: Supervisor, stack: Supervisor, stackIdentity: ProcessIdentity): Supervisor {
  const ours = new Set<string>();
  const of = (name: string): Supervisor => (ours.has(name) ? own : stack);
  const started = <T>(spec: ProcessSpec, start: () => Promise<T>): Promise<T> => {
    ours.add(spec.name);
    return start();
  };
  const both = (listen: (supervisor: Supervisor) => () => void): (() => void) => {
    const offs = [own, stack].map(listen);
    return () => offs.forEach((off) => off());
  };
  const close = async (): Promise<void> => {
    await own.close();
    await stack.close();
  };
  return {
    pid: own.pid,
    spawn: (spec) => started(spec, () => own.spawn(spec)),
    execute: (spec, timeoutMs) => started(spec, () => own.execute(spec, timeoutMs)),
    stop: (name) => of(name).stop(name),
    start: (name) => of(name).start(name),
    signal: (name, signal) => of(name).signal(name, signal),
    expectEnd: (name) => of(name).expectEnd(name),
    onExit: (listener) => both((supervisor) => supervisor.onExit(listener)),
    onRestart: (listener) => both((supervisor) => supervisor.onRestart(listener)),
    onLost: (listener) => both((supervisor) => supervisor.onLost(listener)),
    recordUndo: (record) => own.recordUndo(ofStack(record, stackIdentity)),
    forgetUndo: (id) => own.forgetUndo(id),
    ownFolder: (path) => own.ownFolder(path),
    guardPort: (server) => own.guardPort(server),
    remember: () => stack.remember(),
    restore: () => stack.restore(),
    leave: () => own.leave(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What is to be started again, the supervisor of the stack has to start, whoever replays the record. */
const ofStack = (record: UndoRecord, supervisor: ProcessIdentity): UndoRecord => (record.kind === 'process-start' ? { ...record, supervisor } : record);
