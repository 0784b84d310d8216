import { rm } from 'node:fs/promises';
import type { ProcessIdentity, UndoAction } from '../../harness/contracts/fault.ts';
import { removeGroup } from './cgroup.ts';
import { setClock } from './clock.ts';
import { mendGateway } from './gateway.ts';
import { lead } from './kafka-leaders.ts';
import { endMarked } from './marked.ts';
import { endSessions, executeSql } from './postgres-sessions.ts';
import { familyOf, isAlive, processTable } from './proc.ts';
import { killClients, leadAgain, restoreSettings } from './redis.ts';
import { repair } from './redis-aof.ts';
import { heedInvalidations } from './stale-cache.ts';
import { removeToxic, setProxyEnabled, setUpstream } from './toxiproxy.ts';

/** What only the one who holds the processes can do. */
export interface UndoHands {
  /** Starts an ended process again as it was; nothing when it runs. */
  startProcess(name: string, supervisor: ProcessIdentity | undefined): Promise<void>;
  /** Has the supervisor of a stack run again what it ran before a run came. */
  restoreProcesses(supervisor: ProcessIdentity): Promise<void>;
}

/** How each kind of record is undone: idempotent, and no error when its target has died. */
const undoers: { readonly [K in UndoAction['kind']]: (action: Extract<UndoAction, { kind: K }>, hands: UndoHands) => Promise<void> | void } = {
  'toxiproxy-enable': ({ api, proxy }) => setProxyEnabled(api, proxy, true),
  'toxiproxy-remove-toxic': ({ api, proxy, toxic }) => removeToxic(api, proxy, toxic),
  'gateway-behave': ({ api, behaviour }) => mendGateway(api, behaviour),
  'postgres-end-sessions': ({ url, applicationName }) => endSessions(url, applicationName),
  'postgres-execute': ({ url, statement }) => executeSql(url, statement),
  'processes-end': ({ mark }) => endMarked(mark),
  'toxiproxy-upstream': ({ api, proxy, upstream }) => setUpstream(api, proxy, upstream),
  'clock-right': ({ file }) => setClock(file, 0),
  'file-remove': ({ path }) => rm(path, { force: true }),
  'cgroup-remove': ({ group, home }) => removeGroup(group, home),
  'cache-heeds-invalidations': ({ url, flag }) => heedInvalidations(url, flag),
  'process-continue': (action) => continueProcess(action.process),
  'process-start': ({ name, supervisor }, hands) => hands.startProcess(name, supervisor),
  'processes-restore': ({ supervisor }, hands) => hands.restoreProcesses(supervisor),
  'redis-kill-client': ({ url, client }) => killClients(url, client),
  'kafka-lead': ({ brokers, orders }) => lead(brokers, orders),
  'redis-lead': ({ url }) => leadAgain(url),
  'redis-aof-repair': ({ folder }) => repair(folder),
  'redis-settings': ({ url, settings }) => restoreSettings(url, settings),
};

/** Undoes what a record says. Throws when the target does not obey, or when nobody knows how. */
export async function replayUndo(record: UndoAction, hands: UndoHands): Promise<void> {
  const undo = undoers[record.kind] as ((action: UndoAction, hands: UndoHands) => Promise<void> | void) | undefined;
  if (!undo) throw new Error(`no undo of kind ${String(record.kind)}`);
  await undo(record, hands);
}

/** Nobody listens where the fault was made: the server that held it is gone, and the fault with it. */
export async function targetIsGone(record: UndoAction): Promise<boolean> {
  if (!('api' in record)) return false;
  try {
    await fetch(record.api, { signal: AbortSignal.timeout(1000) });
    return false;
  } catch (error) {
    return codeOf(error) === 'ECONNREFUSED';
  }
}

/** Lets a stopped process go on, and what it started; nothing when it has died, or its pid is another's now. */
function continueProcess(stopped: ProcessIdentity): void {
  if (!isAlive(stopped)) return;
  for (const { pid } of familyOf(stopped.pid, processTable())) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** fetch says only "fetch failed"; the code is in its cause. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return (error as NodeJS.ErrnoException).code ?? codeOf(error.cause);
}
