import Type from 'typebox';
import { processCanary } from '../../drivers/own-port.ts';
import { setProxyEnabled } from '../../drivers/toxiproxy.ts';
import { failedCalls } from '../../signs.ts';
import type { Canary, FaultWorld, Probe } from '../../world.ts';
import { faultKind } from '../fault.ts';

const REDIS = 'redis';

/** All that is in one zone is gone at once: a replica, a broker, and the way to Redis. */
export const zoneLoss = faultKind({
  kind: 'zone-loss',
  family: 'process',
  summary: 'a replica and a broker are killed and the path to Redis is cut, at once',
  targets: ['api-1'],
  promise: 'the replica, the broker and Redis all refuse',
  params: Type.Object(
    { broker: Type.Union([Type.Literal('broker-1'), Type.Literal('broker-2'), Type.Literal('broker-3')], { default: 'broker-1', description: 'The broker that is in this zone.' }) },
    { additionalProperties: false },
  ),
  goneWithinMs: 60_000,
  takesAway: ({ target, params }) => [target, params.broker],
  alsoHits: ({ params }) => [params.broker, REDIS],
  undo: ({ target, params }, world) => [
    { kind: 'process-start', name: target },
    { kind: 'process-start', name: params.broker },
    { kind: 'toxiproxy-enable', api: world.toxiproxyApi, proxy: world.proxyOf(REDIS).name },
  ],
  async apply({ target, params }, world) {
    await Promise.all([
      world.processes.signal(target, 'SIGKILL'),
      world.processes.signal(params.broker, 'SIGKILL'),
      setProxyEnabled(world.toxiproxyApi, world.proxyOf(REDIS).name, false),
    ]);
  },
  canary: ({ target, params }, world) => canaryOfAll(world, [target, params.broker, REDIS]),
  holds: (probe) => probe.detail === 'none of 3 answers',
  // The replicas that are left miss Redis; that the two processes are gone is what the canary sees.
  sign: (_fault, world) => failedCalls(world, REDIS),
});

/** All at once; ok when every one of them is. */
function canaryOfAll(world: FaultWorld, targets: readonly string[]): Canary {
  const canaries = targets.map((target) => processCanary(world, target));
  return {
    async probe(): Promise<Probe> {
      const probes = await Promise.all(canaries.map((canary) => canary.probe()));
      const well = probes.filter(({ ok }) => ok).length;
      return { ok: well === targets.length, latencyMs: Math.max(...probes.map(({ latencyMs }) => latencyMs)), detail: `${well === 0 ? 'none' : well} of ${targets.length} ${well > 1 ? 'answer' : 'answers'}` };
    },
    close: () => canaries.forEach((canary) => canary.close()),
  };
}
