import { setProxyEnabled } from '../drivers/toxiproxy.ts';
import type { FaultKind } from './fault.ts';

/** Redis is gone: its listener is closed and every connection to it is cut. */
export const redisDown: FaultKind = {
  kind: 'redis-down',
  summary: 'Redis refuses connections and all open ones are cut',
  targets: ['redis'],
  promise: 'every PING is refused or cut',
  undo: (fault, world) => ({ id: fault.id, kind: 'toxiproxy-enable', api: world.toxiproxyApi, proxy: world.proxyOf(fault.target) }),
  apply: (fault, world) => setProxyEnabled(world.toxiproxyApi, world.proxyOf(fault.target), false),
  holds: (probe) => !probe.ok,
};
