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
