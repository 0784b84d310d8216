import { followNobody } from '../../drivers/redis.ts';
import { failedCalls } from '../../signs.ts';
import { faultKind, noParams } from '../fault.ts';
import { writeCanary } from './write-canary.ts';

/** Redis has become a replica, as after a failover that the service has not noticed: it answers reads and refuses every write. */
export const readOnly = faultKind({
  kind: 'read-only',
  family: 'redis',
  summary: 'Redis has become a replica, as after a failover nobody noticed: writes are refused, reads are answered',
  targets: ['redis'],
  promise: 'every write is refused with READONLY',
  params: noParams,
  undo: (_fault, { addresses }) => [{ kind: 'redis-lead', url: addresses.redisDirect }],
  apply: (_fault, { addresses }) => followNobody(addresses.redisDirect),
  canary: writeCanary,
  holds: (probe) => !probe.ok && probe.detail?.startsWith('READONLY') === true,
  sign: (fault, world) => failedCalls(world, fault.target),
});
