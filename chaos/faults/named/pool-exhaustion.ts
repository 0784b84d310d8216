import Type from 'typebox';
import { setToxic, type Toxic } from '../../drivers/toxiproxy.ts';
import type { Sign } from '../../signs.ts';
import type { FaultWorld } from '../../world.ts';
import { faultKind } from '../fault.ts';
import { wasSlow } from '../network/looks.ts';

const params = Type.Object(
  { latencyMs: Type.Integer({ minimum: 50, maximum: 5000, default: 250, description: "Added to each answer of PostgreSQL, ms. The pool is at its limit when statements a second × latency reaches its connections; above 300 ms the service cannot open new ones." }) },
  { additionalProperties: false },
);

const toxicOf = ({ id, params: { latencyMs } }: { readonly id: string; readonly params: { readonly latencyMs: number } }): Toxic => ({
  name: `${id}-latency`,
  type: 'latency',
  stream: 'downstream',
  attributes: { latency: latencyMs, jitter: 0 },
});

/** PostgreSQL answers so late that all connections of the service's pool are in use at once. */
export const poolExhaustion = faultKind({
  kind: 'pool-exhaustion',
  family: 'named',
  summary: "PostgreSQL's answers are delayed until the service's connection pool is at its limit",
  targets: ['postgres'],
  promise: 'SELECT 1 takes latencyMs at least, and the pool of a process of the service reaches its limit',
  params,
  undo: (fault, world) => [{ kind: 'toxiproxy-remove-toxic', api: world.toxiproxyApi, proxy: world.proxyOf(fault.target).name, toxic: toxicOf(fault).name }],
  apply: (fault, world) => setToxic(world.toxiproxyApi, world.proxyOf(fault.target).name, toxicOf(fault)),
  change: (fault, world) => setToxic(world.toxiproxyApi, world.proxyOf(fault.target).name, toxicOf(fault)),
  holds: (probe, { target, params: { latencyMs } }) => wasSlow(probe, target, latencyMs),
  sign: (_fault, world) => fullPool(world),
});

/** Of the process whose pool is the fullest; they all have the same limit. */
function fullPool(world: FaultWorld): Sign {
  const inUse = world.metric({ name: 'db_pool_active', combine: 'max' });
  const limit = world.metric({ name: 'db_pool_max', combine: 'max' });
  return {
    what: "part of the pool's connections in use, as the service says",
    rule: { reaches: 1 },
    async read() {
      const [active, max] = await Promise.all([inUse(), limit()]);
      return active === null || max === null || max === 0 ? null : active / max;
    },
  };
}
