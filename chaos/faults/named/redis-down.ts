import { setProxyEnabled } from '../../drivers/toxiproxy.ts';
import { failedCalls, orUsers } from '../../signs.ts';
import { faultKind, noParams } from '../fault.ts';

/** Redis is gone: its listener is closed and every connection to it is cut. */
export const redisDown = faultKind({
  kind: 'redis-down',
  family: 'named',
  summary: 'Redis refuses connections and all open ones are cut',
  targets: ['redis'],
  promise: 'every PING is refused or cut',
  params: noParams,
  // Users say it a few seconds later.
  verifyWithinMs: 9000,
  undo: (fault, world) => [{ kind: 'toxiproxy-enable', api: world.toxiproxyApi, proxy: world.proxyOf(fault.target).name }],
  apply: (fault, world) => setProxyEnabled(world.toxiproxyApi, world.proxyOf(fault.target).name, false),
  holds: (probe) => !probe.ok,
  // A client that keeps its commands for later counts no failure until it gives up.
  sign: (fault, world) => orUsers(world, failedCalls(world, fault.target)),
});
