import Type from 'typebox';
import { readSettings, setSettings, usedBytes } from '../../drivers/redis.ts';
import { failedCalls } from '../../signs.ts';
import { faultKind } from '../fault.ts';
import { writeCanary } from './write-canary.ts';

/** Redis is full and may not evict: it answers reads and refuses every write that would take memory. */
export const outOfMemory = faultKind({
  kind: 'out-of-memory',
  family: 'redis',
  summary: 'Redis is at its memory limit and evicts nothing: writes are refused, reads are answered',
  targets: ['redis'],
  promise: 'every write is refused with OOM',
  params: Type.Object(
    { usedPercent: Type.Number({ description: 'the limit, in percent of the memory that is used when the fault is applied; below 100, so that what runs out meanwhile does not make room at once', minimum: 1, maximum: 99, default: 50 }) },
    { additionalProperties: false },
  ),
  async undo(_fault, { addresses }) {
    return [{ kind: 'redis-settings', url: addresses.redisDirect, settings: await readSettings(addresses.redisDirect, ['maxmemory', 'maxmemory-policy']) }];
  },
  async apply({ params }, { addresses }) {
    const limitBytes = Math.floor(((await usedBytes(addresses.redisDirect)) * params.usedPercent) / 100);
    await setSettings(addresses.redisDirect, { maxmemory: String(limitBytes), 'maxmemory-policy': 'noeviction' });
  },
  canary: writeCanary,
  holds: (probe) => !probe.ok && probe.detail?.startsWith('OOM') === true,
  sign: (fault, world) => failedCalls(world, fault.target),
});
