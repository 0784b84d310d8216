import { setProxyEnabled } from '../../drivers/toxiproxy.ts';
import { grows } from '../../signs.ts';
import { faultKind, noParams } from '../fault.ts';

/** The backend to which the service sends its traces is gone. Nobody who buys may notice. */
export const observabilityDown = faultKind({
  kind: 'observability-down',
  family: 'business',
  summary: 'the collector of traces refuses connections and all open ones are cut',
  targets: ['collector'],
  promise: 'every request to the collector is refused or cut',
  stackNeeds: ['collector'],
  params: noParams,
  undo: (fault, world) => [{ kind: 'toxiproxy-enable', api: world.toxiproxyApi, proxy: world.proxyOf(fault.target).name }],
  apply: (fault, world) => setProxyEnabled(world.toxiproxyApi, world.proxyOf(fault.target).name, false),
  holds: (probe) => !probe.ok,
  sign: (_fault, world) => grows(world, 'spans the collector did not take, counted by the service', { name: 'telemetry_dropped_total', labels: { reason: 'not taken' }, combine: 'sum' }),
});
