import { canaryOf } from '../../drivers/canary.ts';
import { withRedis } from '../../drivers/redis.ts';
import { grows } from '../../signs.ts';
import { faultKind, noParams } from '../fault.ts';

const FLUSH_TIMEOUT_MS = 5000;
const LOOK_TIMEOUT_MS = 300;
/** Longer than any run; nothing of ours stays for good. */
const MARK_KEPT_MS = 6 * 3600 * 1000;
const LOST = 'what was stored before is gone';

/** Redis comes back empty, as after a restart without its data. */
export const flushed = faultKind({
  kind: 'flushed',
  family: 'redis',
  summary: 'everything that Redis holds is lost at once',
  targets: ['redis'],
  promise: 'a key that was there before is gone',
  params: noParams,
  shows: 'once',
  // What is lost stays lost: the service builds its part again by itself.
  undo: () => [],
  apply: (_fault, { addresses }) => withRedis(addresses.redisDirect, FLUSH_TIMEOUT_MS, async (client) => void (await client.flushall('SYNC'))),
  canary({ target, id }, world) {
    const url = `redis://127.0.0.1:${world.proxyOf(target).port}`;
    let wasStored = false;
    return canaryOf(async () => {
      const before = await withRedis(url, LOOK_TIMEOUT_MS, (client) => client.set(`gatecrash:canary:${id}`, '1', 'PX', MARK_KEPT_MS, 'GET'));
      const isLost = wasStored && before === null;
      wasStored = true;
      return isLost ? LOST : undefined;
    });
  },
  holds: (probe) => probe.detail === LOST,
  sign: (_fault, world) => grows(world, 'queues whose progress the service found lost in Redis and told anew', { name: 'queue_progress_lost_total', combine: 'sum' }),
});
