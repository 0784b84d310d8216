import { LRUCache } from 'lru-cache';
import type { Context, Visit } from '../context.ts';
import type { Limit } from './limits.ts';
import { allowanceOf, slotsAt, type Allowance, type Slots } from './sliding-window.ts';

export interface Caller {
  readonly ip: string;
  readonly user: string | undefined;
}

/** What the tightest limit says. */
export interface Decision extends Allowance {
  readonly limit: Limit['name'];
  readonly max: number;
}

interface Counter {
  readonly key: string;
  readonly name: Limit['name'];
  readonly max: number;
  readonly windowMs: number;
}

/** So many callers are remembered while Redis is gone; beyond that, who was not seen for longest is forgotten. */
const localKeysMax = 10_000;

/**
 * Counts calls in sliding windows, over all processes in Redis. While Redis is gone each process counts for itself: with
 * n processes a caller may then do n times as much, and nobody is refused because of Redis.
 */
export class RateLimiter {
  readonly #context: Context;
  readonly #local = new LRUCache<string, Slots>({ max: localKeysMax });

  constructor(context: Context) {
    this.#context = context;
  }

  /** Counts the call when every limit allows it, otherwise counts nothing. */
  async check(limits: readonly Limit[], caller: Caller, visit: Visit): Promise<Decision> {
    const { metrics, live } = this.#context;
    const counters = limits.map(({ name, per, max, windowMs }) => ({
      key: `rate:${name}:${per === 'user' && caller.user !== undefined ? `user:${caller.user}` : `ip:${caller.ip}`}`,
      name,
      max: Math.max(1, Math.floor(max * live.current.rateLimitFactor)),
      windowMs,
    }));
    const decision = (await this.#inRedis(counters, visit)) ?? this.#here(counters);
    if (decision.left < 1) metrics.rateLimitRejected.inc({ limit: decision.limit });
    return decision;
  }

  async #inRedis(counters: readonly Counter[], visit: Visit): Promise<Decision | undefined> {
    const { redis, metrics } = this.#context;
    try {
      const answer = await redis.evaluate(slidingWindowScript, counters.map(({ key }) => key), counters.flatMap(({ max, windowMs }) => [max, windowMs]));
      const [tightest, left, waitMs, resetMs] = answer as [number, number, number, number];
      metrics.rateLimitChecks.inc({ mode: 'redis' });
      const { name, max } = counters[tightest - 1]!;
      return { limit: name, max, left, waitMs, resetMs };
    } catch {
      visit.degraded.add('redis');
      return undefined;
    }
  }

  #here(counters: readonly Counter[]): Decision {
    this.#context.metrics.rateLimitChecks.inc({ mode: 'local' });
    const nowMs = Date.now();
    const looks = counters.map((counter) => {
      const slots = slotsAt(this.#local.get(counter.key), nowMs, counter.windowMs);
      return { counter, slots, allowance: allowanceOf(slots, counter.max, nowMs, counter.windowMs) };
    });
    const tightest = looks.reduce((a, b) => (b.allowance.left < a.allowance.left || b.allowance.waitMs > a.allowance.waitMs ? b : a));
    if (tightest.allowance.left >= 1) for (const { counter, slots } of looks) this.#local.set(counter.key, { ...slots, present: slots.present + 1 });
    return { limit: tightest.counter.name, max: tightest.counter.max, ...tightest.allowance };
  }
}

/** The same as #here, by Redis' clock and in one go. ARGV: most calls and window in ms of each key. */
const slidingWindowScript = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local looks, tightest = {}, nil
for n = 1, #KEYS do
  local max, window = tonumber(ARGV[2 * n - 1]), tonumber(ARGV[2 * n])
  local known = redis.call('HMGET', KEYS[n], 'slot', 'present', 'before')
  local slot, present, before = math.floor(now / window), tonumber(known[2] or 0), tonumber(known[3] or 0)
  local at = tonumber(known[1] or -2)
  if at == slot - 1 then present, before = 0, present elseif at ~= slot then present, before = 0, 0 end
  local reset = window - now % window
  local left, wait = math.floor(max - present - before * reset / window), 0
  if left < 1 then
    left = 0
    if present < max then wait = math.ceil(reset - (max - 1 - present) * window / before)
    else wait = math.ceil(reset + window - (max - 1) * window / present) end
  end
  looks[n] = { slot, present, before, window }
  if not tightest or left < tightest[2] or wait > tightest[3] then tightest = { n, left, wait, reset } end
end
if tightest[2] >= 1 then
  for n = 1, #KEYS do
    redis.call('HSET', KEYS[n], 'slot', looks[n][1], 'present', looks[n][2] + 1, 'before', looks[n][3])
    redis.call('PEXPIRE', KEYS[n], 2 * looks[n][4])
  end
end
return tightest`;
