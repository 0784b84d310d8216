import type { UndoRecord } from '../../harness/contracts/fault.ts';
import { setProxyEnabled } from './toxiproxy.ts';

/** Undoes what a record says: idempotent. Throws when the target cannot be reached or does not obey. */
export async function replayUndo(record: UndoRecord): Promise<void> {
  switch (record.kind) {
    case 'toxiproxy-enable':
      return setProxyEnabled(record.api, record.proxy, true);
    default:
      throw new Error(`no undo of kind ${String(record.kind satisfies never)}`);
  }
}

/** Nobody listens where the fault was made: the server that held it is gone, and the fault with it. */
export async function targetIsGone(record: UndoRecord): Promise<boolean> {
  try {
    await fetch(record.api, { signal: AbortSignal.timeout(1000) });
    return false;
  } catch (error) {
    return codeOf(error) === 'ECONNREFUSED';
  }
}

/** fetch says only "fetch failed"; the code is in its cause. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return (error as NodeJS.ErrnoException).code ?? codeOf(error.cause);
}
