import { setProxyEnabled } from '../../drivers/toxiproxy.ts';
import { faultKind, noParams } from '../fault.ts';
import { wasRefused } from '../network/looks.ts';
import { brokerFailures } from '../network/signs.ts';

/**
 * The clients are cut from one broker, the brokers not from each other: it stays the leader of its partitions, and what
 * is to be written to them waits in the outbox.
 */
export const brokerLoss = faultKind({
  kind: 'broker-loss',
  family: 'named',
  summary: 'a broker refuses its clients and has cut them; the other brokers still reach it',
  targets: ['broker-1', 'broker-2', 'broker-3'],
  promise: 'asking the broker for its API versions is refused',
  params: noParams,
  undo: (fault, world) => [{ kind: 'toxiproxy-enable', api: world.toxiproxyApi, proxy: world.proxyOf(fault.target).name }],
  apply: (fault, world) => setProxyEnabled(world.toxiproxyApi, world.proxyOf(fault.target).name, false),
  holds: wasRefused,
  sign: (fault, world) => brokerFailures(world, fault.target),
});
