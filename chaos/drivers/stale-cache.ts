import { setTimeout as sleep } from 'node:timers/promises';
import { redisClient, withRedis } from './redis.ts';

const TIMEOUT_MS = 2000;
/** Oftener than anybody reads one seat map. */
const EVERY_MS = 5;
/** Nobody who holds it on: it ends by itself. */
const FLAG_MS = 2000;

/**
 * Keeps each seat map that is found, and puts it back when it is forgotten or replaced before its time to live is over,
 * never for longer than that: as if the invalidations between had not arrived. KEYS[1]: the flag without which it ends.
 */
const restoreScript = `
if redis.call('pexpire', KEYS[1], ${FLAG_MS}) == 0 then return 0 end
for _, key in ipairs(redis.call('zrange', 'cache:seats#register', 0, -1)) do
  local aside = KEYS[1] .. ':' .. key
  local left = redis.call('pttl', aside)
  local value = redis.call('get', key)
  if left > 0 then
    local old = redis.call('get', aside)
    if value ~= old then redis.call('set', key, old, 'px', left) end
  elseif value and redis.call('pttl', key) > 0 then
    redis.call('set', aside, value, 'px', redis.call('pttl', key))
  end
end
return 1`;

/** Has invalidations of seat maps missed until the flag is deleted, here or by anybody else. Resolves when it has begun. */
export async function missInvalidations(url: string, flag: string): Promise<void> {
  const client = redisClient(url, TIMEOUT_MS, 'gatecrash-fault');
  await client.connect();
  await client.set(flag, '1', 'PX', FLAG_MS);
  const restore = async (): Promise<void> => {
    while ((await client.eval(restoreScript, 1, flag)) === 1) await sleep(EVERY_MS);
  };
  void restore()
    .catch(() => undefined) // A Redis that is gone has nothing old to tell.
    .finally(() => client.disconnect());
}

/** From here on invalidations hold again; what is old goes with its time to live. Idempotent; no error when Redis is gone. */
export async function heedInvalidations(url: string, flag: string): Promise<void> {
  try {
    await withRedis(url, TIMEOUT_MS, (client) => client.del(flag));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
  }
}
