import { balancerStatus } from '../../drivers/balancer.ts';
import { processCanary } from '../../drivers/own-port.ts';
import type { Sign } from '../../signs.ts';
import type { FaultWorld } from '../../world.ts';
import { faultKind, noParams } from '../fault.ts';
import { everyProcess, isGone } from './targets.ts';

/** A process is told to end while it works: it takes nothing new, finishes what it has, and stays away until the fault is undone. */
export const drain = faultKind({
  kind: 'drain',
  family: 'process',
  summary: 'a process is told to end in order (SIGTERM) in the middle of its work, and stays away until the fault ends',
  targets: everyProcess,
  promise: 'it finishes what it has, then its port refuses every connection',
  params: noParams,
  verifyWithinMs: 15_000,
  goneWithinMs: 40_000,
  takesAway: ({ target }) => [target],
  undo: ({ target }) => [{ kind: 'process-start', name: target }],
  apply: ({ target }, world) => world.processes.stop(target),
  canary: ({ target }, world) => processCanary(world, target),
  holds: (probe) => !probe.ok,
  sign: ({ target }, world) => (/^api-\d+$/.test(target) ? isOutOfRotation(world, target) : isGone(world, target)),
});

/** By the load balancer: 1 while it sends a replica nothing. */
const isOutOfRotation = (world: FaultWorld, target: string): Sign => ({
  what: `${target} is out of rotation, by HAProxy`,
  rule: { reaches: 1 },
  read: async () => ((await balancerStatus(world, target)).startsWith('UP') ? 0 : 1),
});
