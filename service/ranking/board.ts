import type { RedisClient } from '../clients/redis.ts';
import type { Sales } from './order.ts';

const salesKey = 'ranking:sales';
const soldOutKey = 'ranking:sold-out';
const keys = [salesKey, soldOutKey];

/**
 * The ranking's two sorted sets in Redis: seats sold by schedule, and how long the sold-out ones took. A member without a
 * name says that the sets are whole: after Redis came back empty nothing is counted into them until they are built again.
 * Every call rejects when Redis does not answer in time.
 */
export class Board {
  readonly #redis: RedisClient;

  constructor(redis: RedisClient) {
    this.#redis = redis;
  }

  /** Counts seats sold, or given back with a negative number. */
  async count(scheduleId: string, seats: number): Promise<void> {
    await this.#redis.evaluate(countScript, keys, [scheduleId, seats]);
  }

  /** The sales among which the first `limit` of the ranking are; undefined: there is no board yet, or not any more. */
  async leaders(limit: number): Promise<Sales[] | undefined> {
    const rows = (await this.#redis.evaluate(leadersScript, keys, [limit])) as [string, string, string | null][] | null;
    return rows?.map(([scheduleId, sold, soldOutMs]) => ({ scheduleId, sold: Number(sold), soldOutMs: soldOutMs === null ? null : Number(soldOutMs) }));
  }

  /** Puts up what PostgreSQL says in place of what was there. */
  async replace(sales: readonly Sales[]): Promise<void> {
    await this.#redis.evaluate(replaceScript, keys, sales.flatMap(({ scheduleId, sold, soldOutMs }) => [scheduleId, sold, soldOutMs ?? '']));
  }
}

const countScript = "if redis.call('exists', KEYS[1]) == 1 then redis.call('zincrby', KEYS[1], ARGV[2], ARGV[1]) end";

// At most `limit` of the best sellers are among the fastest, so twice the limit is enough of them.
const leadersScript = `
if redis.call('exists', KEYS[1]) == 0 then return false end
local rows, seen = {}, {}
local function add(id)
  if id ~= '' and not seen[id] then
    seen[id] = true
    table.insert(rows, { id, redis.call('zscore', KEYS[1], id) or '0', redis.call('zscore', KEYS[2], id) })
  end
end
for _, id in ipairs(redis.call('zrange', KEYS[2], 0, ARGV[1] - 1)) do add(id) end
for _, id in ipairs(redis.call('zrange', KEYS[1], 0, 2 * ARGV[1] - 1, 'rev')) do add(id) end
return rows`;

const replaceScript = `
redis.call('del', KEYS[1], KEYS[2])
redis.call('zadd', KEYS[1], -1, '')
for i = 1, #ARGV, 3 do
  redis.call('zadd', KEYS[1], ARGV[i + 1], ARGV[i])
  if ARGV[i + 2] ~= '' then redis.call('zadd', KEYS[2], ARGV[i + 2], ARGV[i]) end
end`;
