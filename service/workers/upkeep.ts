import type { Context } from '../context.ts';
import type { Catalogue } from '../seats/catalogue.ts';
import { startLoop, type Loop } from './loop.ts';

const connectMs = 250;

/** Keeps ranking and cache figures in line with what is true. One process at a time by a key in Redis; without Redis there is neither. */
export function startUpkeep({ config, redis, log }: Context, catalogue: Catalogue): Loop {
  const everyMs = config.rankingRebuildSeconds * 1000;
  return startLoop('upkeep', log, async () => {
    // At the start there is no connection yet: commands that fail for that would open the breaker for everybody.
    if (!redis.isConnected) return connectMs;
    await catalogue.measure().catch(() => undefined);
    // A little less than a round, or the turn of the last round would still be there in this one.
    const ours = await redis.setIfFree('ranking:turn', '1', everyMs * 0.9).catch(() => false);
    if (ours) await catalogue.rebuildRanking();
    return everyMs;
  });
}
