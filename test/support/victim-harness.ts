/** A small harness for the tests of the supervisor: starts what argv[2] (JSON) says, prints the pids, and waits to be killed. */
import { startSupervisor } from '../../harness/supervisor/client.ts';
import type { UndoRecord } from '../../harness/contracts/fault.ts';
import type { ProcessSpec } from '../../harness/supervisor/api.ts';

interface Orders {
  readonly stateDir: string;
  readonly leaseMs: number;
  readonly specs: readonly ProcessSpec[];
  readonly folders: readonly string[];
  readonly undos: readonly UndoRecord[];
}

const orders = JSON.parse(process.argv[2] ?? '') as Orders;
const supervisor = await startSupervisor({ stateDir: orders.stateDir, leaseMs: orders.leaseMs });
for (const folder of orders.folders) await supervisor.ownFolder(folder);
const handles = [];
for (const spec of orders.specs) handles.push(await supervisor.spawn(spec));
for (const record of orders.undos) await supervisor.recordUndo(record);
supervisor.onLost(() => {});
process.stdout.write(`${JSON.stringify({ supervisor: supervisor.pid, pids: handles.map((handle) => handle.pid) })}\n`);
// The IPC channel keeps this process alive.
