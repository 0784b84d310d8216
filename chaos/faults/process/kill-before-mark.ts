import { whileUnmarked } from '../../drivers/held-mark.ts';
import { watchfulCanary } from '../../drivers/own-port.ts';
import { faultKind, noParams } from '../fault.ts';
import { toldTwice } from './targets.ts';

/** The worst moment for the relay to die: the brokers have acknowledged a payment, and nobody has written that down. */
export const killBeforeMark = faultKind({
  kind: 'kill-before-mark',
  family: 'process',
  summary: 'the worker is killed when a payment was sent and not yet marked as sent, and started again',
  targets: ['worker', 'api'],
  promise: 'its open connections are cut; the payment is sent a second time',
  params: noParams,
  shows: 'once',
  verifyWithinMs: 30_000,
  goneWithinMs: 40_000,
  takesAway: ({ target }) => [target],
  undo: ({ target }) => [{ kind: 'process-start', name: target }],
  async apply({ target }, { addresses, processes }) {
    await whileUnmarked(addresses.postgresDirect, () => processes.signal(target, 'SIGKILL'));
    await processes.start(target);
  },
  canary: ({ target }, world) => watchfulCanary(world, target),
  holds: (probe) => !probe.ok,
  sign: (_fault, world) => toldTwice(world),
});
