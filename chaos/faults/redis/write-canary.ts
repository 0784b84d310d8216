import { canaryOf } from '../../drivers/canary.ts';
import { withRedis } from '../../drivers/redis.ts';
import type { Canary, FaultWorld } from '../../world.ts';

const LOOK_TIMEOUT_MS = 300;

/** Writes a key of its own through the proxy, as the service does; it expires within a second. */
export function writeCanary({ target }: { readonly target: string }, world: FaultWorld): Canary {
  const url = `redis://127.0.0.1:${world.proxyOf(target).port}`;
  return canaryOf(() => withRedis(url, LOOK_TIMEOUT_MS, async (client) => void (await client.set('gatecrash:canary:write', '1', 'PX', 1000))));
}
