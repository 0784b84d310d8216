import { failedCalls } from '../../signs.ts';
import { faultKind, noParams } from '../fault.ts';
import { brokers } from './brokers.ts';

/** A broker dies without a word and is started again at the end; the others take over what it led. */
export const brokerKill = faultKind({
  kind: 'broker-kill',
  family: 'kafka',
  summary: 'a broker is killed (SIGKILL) and started again at the end',
  targets: brokers,
  promise: 'the broker answers nobody',
  params: noParams,
  verifyWithinMs: 15_000,
  goneWithinMs: 45_000,
  takesAway: ({ target }) => [target],
  undo: ({ target }) => [{ kind: 'process-start', name: target }],
  apply: ({ target }, world) => world.processes.signal(target, 'SIGKILL'),
  holds: (probe) => !probe.ok,
  sign: (fault, world) => failedCalls(world, fault.target),
});
