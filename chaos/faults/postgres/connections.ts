import { fileURLToPath } from 'node:url';
import { MARK } from '../../drivers/marked.ts';
import { failedCalls } from '../../signs.ts';
import { faultKind, noParams } from '../fault.ts';

/** "too_many_connections" */
const TOO_MANY = '53300';
const script = fileURLToPath(import.meta.resolve('../../drivers/fill-slots.ts'));

/**
 * A process of ours has taken the slots of the server, those of the service's pools, too: it has to connect anew, and is
 * refused. Sessions of other databases keep theirs.
 */
export const connections = faultKind({
  kind: 'connections',
  family: 'postgres',
  summary: 'all connection slots of the server are taken, those of the service included: it is refused when it connects anew',
  targets: ['postgres'],
  promise: `a new connection is refused with ${TOO_MANY}, too many clients`,
  params: noParams,
  verifyWithinMs: 10_000,
  undo: (fault, world) => [{ kind: 'processes-end', mark: markOf(fault, world.workDir) }],
  async apply(fault, world) {
    const name = `slots-${fault.id}`;
    await world.processes.run({ name, command: process.execPath, args: [script, world.addresses.postgresDirect], env: { [MARK]: markOf(fault, world.workDir) } });
    await world.processes.expectEnd(name);
  },
  holds: (probe) => probe.detail === TOO_MANY,
  sign: (fault, world) => failedCalls(world, fault.target),
});

/** No other run on this machine has the same folder. */
const markOf = (fault: { readonly id: string }, workDir: string): string => `${workDir} ${fault.id}`;
