import { processCanary } from '../../drivers/own-port.ts';
import { faultKind, noParams } from '../fault.ts';
import { everyProcess, isStopped } from './targets.ts';

/** As short as the shortest deadline of a canary: what fails sooner was refused, not left waiting. */
const WAITED_MS = 250;

/** A process does nothing any more but is still there: the kernel takes connections for it, and no answer comes. */
export const stop = faultKind({
  kind: 'stop',
  family: 'process',
  summary: 'a process is stopped (SIGSTOP): connects succeed, answers do not come',
  targets: everyProcess,
  promise: 'a connection is taken and nothing is answered',
  params: noParams,
  goneWithinMs: 40_000,
  takesAway: ({ target }) => [target],
  undo: ({ target }, world) => [{ kind: 'process-continue', process: world.processes.find(target) }],
  apply: ({ target }, world) => world.processes.signal(target, 'SIGSTOP'),
  canary: ({ target }, world) => processCanary(world, target),
  holds: (probe) => !probe.ok && probe.latencyMs >= WAITED_MS,
  sign: ({ target }, world) => isStopped(world, target),
});
