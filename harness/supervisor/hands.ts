import type { UndoHands } from '../../chaos/drivers/undo.ts';
import type { ProcessIdentity } from '../contracts/fault.ts';
import { isAlive } from '../../chaos/drivers/proc.ts';
import { connectSupervisor } from './client.ts';
import type { Supervisor } from './api.ts';

/** What a supervisor that puts everything away can do: its own processes are about to end, those of another may go on. */
export const lastHands: UndoHands = {
  startProcess: (name, supervisor) => withOther(supervisor, (other) => other.start(name)),
  restoreProcesses: (supervisor) => withOther(supervisor, (other) => other.restore()),
};

async function withOther(identity: ProcessIdentity | undefined, act: (supervisor: Supervisor) => Promise<void>): Promise<void> {
  if (identity === undefined || !isAlive(identity)) return;
  const other = await connectSupervisor(identity);
  try {
    await act(other);
  } finally {
    await other.close();
  }
}
