import { setProxyEnabled } from '../../drivers/toxiproxy.ts';
import { orUsers } from '../../signs.ts';
import { faultKind, noParams } from '../fault.ts';
import { wasRefused } from './looks.ts';
import { failing } from './signs.ts';
import { networkTargets } from './toxic-kind.ts';

/** The target cannot be reached, and says so at once. */
export const down = faultKind({
  kind: 'down',
  family: 'network',
  summary: 'connections to the target are refused and all open ones are cut',
  targets: networkTargets,
  promise: 'every connection is refused',
  params: noParams,
  // Users say it a few seconds later.
  verifyWithinMs: 9000,
  undo: (fault, world) => [{ kind: 'toxiproxy-enable', api: world.toxiproxyApi, proxy: world.proxyOf(fault.target).name }],
  apply: (fault, world) => setProxyEnabled(world.toxiproxyApi, world.proxyOf(fault.target).name, false),
  holds: wasRefused,
  // A client that keeps its commands for later counts no failure until it gives up.
  sign: (fault, world) => orUsers(world, failing(world, fault.target)),
});
