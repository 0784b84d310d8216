import { BROKERS, COMMIT_TOXIC, whileUncommitted } from '../../drivers/held-commit.ts';
import { watchfulCanary } from '../../drivers/own-port.ts';
import { faultKind, noParams } from '../fault.ts';
import { toldTwice } from './targets.ts';

/** The worst moment for a consumer to die: a payment is stored, and the brokers do not know that it was. */
export const killBeforeCommit = faultKind({
  kind: 'kill-before-commit',
  family: 'process',
  summary: 'the consumer is killed when a payment is stored and its offset not yet committed, and started again',
  targets: ['consumer', 'api'],
  promise: 'its open connections are cut; the payment comes to it a second time',
  params: noParams,
  shows: 'once',
  verifyWithinMs: 40_000,
  goneWithinMs: 40_000,
  takesAway: ({ target }) => [target],
  undo: ({ target }, world) => [
    { kind: 'process-start', name: target },
    ...BROKERS.map((broker) => world.proxyOf(broker).name).flatMap((proxy) => [
      { kind: 'toxiproxy-enable' as const, api: world.toxiproxyApi, proxy },
      { kind: 'toxiproxy-remove-toxic' as const, api: world.toxiproxyApi, proxy, toxic: COMMIT_TOXIC },
    ]),
  ],
  async apply({ target }, world) {
    await whileUncommitted(world, target, () => world.processes.signal(target, 'SIGKILL'));
    await world.processes.start(target);
  },
  canary: ({ target }, world) => watchfulCanary(world, target),
  holds: (probe) => !probe.ok,
  sign: (_fault, world) => toldTwice(world),
});
