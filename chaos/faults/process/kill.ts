import { processCanary } from '../../drivers/own-port.ts';
import { faultKind, noParams } from '../fault.ts';
import { everyProcess, isGone } from './targets.ts';

/** A process ends without a word, and stays away until the fault is undone, whatever restarts it otherwise. */
export const kill = faultKind({
  kind: 'kill',
  family: 'process',
  summary: 'a process is killed (SIGKILL) and stays away until the fault ends',
  targets: everyProcess,
  promise: 'its port refuses every connection',
  params: noParams,
  goneWithinMs: 40_000,
  takesAway: ({ target }) => [target],
  undo: ({ target }) => [{ kind: 'process-start', name: target }],
  apply: ({ target }, world) => world.processes.signal(target, 'SIGKILL'),
  canary: ({ target }, world) => processCanary(world, target),
  holds: (probe) => !probe.ok,
  sign: ({ target }, world) => isGone(world, target),
});
