import type { RedisClient } from '../clients/redis.ts';
import type { CacheArea } from './areas.ts';
import { decode, encode, type Entry } from './entry.ts';

/** `ours`: load it and store it; `taken`: somebody else is at it; `there`: it has come meanwhile. */
export type Claim = 'ours' | 'taken' | 'there';

/** Longer than any load may take; after it the claim of a process that died is free. */
const claimMs = 3000;
/** More entries of one area are not stored: they are not worth the memory, whoever asks for them. */
const entriesMax = 10_000;

/**
 * The cache in Redis. Whoever loads holds the claim of the key, one process of all; to forget a key removes the claim
 * too, so what was loaded before the change is not stored after it. Each area has a register of its keys with the time
 * they run out, for its size and to forget it whole. Every call rejects when Redis does not answer in time.
 */
export class CacheStore {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  async get(area: CacheArea, id: string): Promise<Entry | undefined> {
    const value = await this.#redis.getBytes(valueKey(area, id));
    return value ? decode(value) : undefined;
  }

  /** Asks for the right to load. `renew`: also while there is a value. */
  async claim(area: CacheArea, id: string, token: string, renew: boolean): Promise<Claim> {
    return (await this.#redis.evaluate(claimScript, keysOf(area, id), [token, claimMs, renew ? 1 : 0])) as Claim;
  }

  /** Stores what was loaded under the claim, and ends it. False: the claim is gone, and what was loaded may be old. */
  async store(area: CacheArea, id: string, token: string, entry: Entry, ttlMs: number): Promise<boolean> {
    return (await this.#redis.evaluate(storeScript, keysOf(area, id), [token, encode(entry), Math.ceil(ttlMs), entriesMax])) === 1;
  }

  /** Takes the claim from whoever has it. */
  async seize(area: CacheArea, id: string, token: string): Promise<void> {
    await this.#redis.setFor(claimKey(area, id), token, claimMs);
  }

  /** Ends the claim, if it is still this one, with nothing to store. */
  async release(area: CacheArea, id: string, token: string): Promise<void> {
    await this.#redis.evaluate(releaseScript, keysOf(area, id), [token]);
  }

  async forget(area: CacheArea, ...ids: string[]): Promise<void> {
    await this.#redis.delete(...ids.flatMap((id) => [valueKey(area, id), claimKey(area, id)]));
  }

  async forgetArea(area: CacheArea): Promise<void> {
    await this.#redis.evaluate(forgetAreaScript, [registerKey(area)], []);
  }

  /** Entries of an area; one that was deleted counts until it would have run out. */
  async size(area: CacheArea): Promise<number> {
    return Number(await this.#redis.evaluate(sizeScript, [registerKey(area)], []));
  }
}

const valueKey = (area: CacheArea, id: string): string => `cache:${area}:${id}`;
/** No id has a # in it. */
const claimKey = (area: CacheArea, id: string): string => `cache:${area}:${id}#claim`;
const registerKey = (area: CacheArea): string => `cache:${area}#register`;
const keysOf = (area: CacheArea, id: string): string[] => [valueKey(area, id), claimKey(area, id), registerKey(area)];

const nowMs = "local t = redis.call('time') local now = t[1] * 1000 + math.floor(t[2] / 1000)";

const claimScript = `
if ARGV[3] == '0' and redis.call('exists', KEYS[1]) == 1 then return 'there' end
if not redis.call('set', KEYS[2], ARGV[1], 'nx', 'px', ARGV[2]) then return 'taken' end
${nowMs}
redis.call('zadd', KEYS[3], 'gt', now + ARGV[2], KEYS[1])
return 'ours'`;

const storeScript = `
if redis.call('get', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('del', KEYS[2])
${nowMs}
redis.call('zremrangebyscore', KEYS[3], '-inf', now)
if redis.call('zcard', KEYS[3]) > tonumber(ARGV[4]) then return 0 end
redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3])
redis.call('zadd', KEYS[3], 'gt', now + ARGV[3], KEYS[1])
return 1`;

// What does not exist leaves no trace in the register, or a flood of such ids would fill it.
const releaseScript = `
if redis.call('get', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('del', KEYS[2])
if redis.call('exists', KEYS[1]) == 0 then redis.call('zrem', KEYS[3], KEYS[1]) end
return 1`;

const forgetAreaScript = `
for _, key in ipairs(redis.call('zrange', KEYS[1], 0, -1)) do redis.call('del', key, key .. '#claim') end
redis.call('del', KEYS[1])`;

const sizeScript = `
${nowMs}
return redis.call('zcount', KEYS[1], now, '+inf')`;
