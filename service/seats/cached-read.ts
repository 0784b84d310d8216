import pLimit from 'p-limit';
import type { Context, Visit } from '../context.ts';
import { SingleFlight } from '../domain/single-flight.ts';

export type CacheArea = 'schedules' | 'seats';

export interface CachedText {
  /** the answer, as JSON text */
  readonly text: string;
  readonly hit: boolean;
}

/** While Redis is gone, no more reads than this reach PostgreSQL at once; the rest share or wait. */
const loadsAtOnce = 4;

/**
 * Reads through Redis. One load at a time per key, a few at once in all, so that neither a cold cache nor a lost one
 * turns into a stampede on PostgreSQL. Nothing that does not exist is cached.
 */
export class CachedReads {
  readonly #context: Context;
  readonly #flights = new SingleFlight<string | undefined>();
  readonly #limit = pLimit(loadsAtOnce);

  constructor(context: Context) {
    this.#context = context;
  }

  /** undefined: `load` says that there is no such thing. */
  async read(area: CacheArea, id: string, ttlMs: number, visit: Visit, load: () => Promise<unknown>): Promise<CachedText | undefined> {
    const { redis, metrics } = this.#context;
    metrics.cacheRequests.inc({ area });
    const key = keyOf(area, id);
    const cached = await redis.get(key).catch(() => undefined);
    if (cached === undefined) visit.degraded.add('redis');
    if (cached) {
      metrics.cacheHits.inc({ area });
      return { text: cached, hit: true };
    }
    const text = await this.#flights.run(key, () =>
      this.#limit(async () => {
        const value = await load();
        if (value === undefined) return undefined;
        const fresh = JSON.stringify(value);
        await redis.setFor(key, fresh, ttlMs).catch(() => undefined);
        return fresh;
      }),
    );
    return text === undefined ? undefined : { text, hit: false };
  }

  /** What is not deleted because Redis is gone runs out by itself. */
  async forget(area: CacheArea, id: string, visit?: Visit): Promise<void> {
    await this.#context.redis.delete(keyOf(area, id)).catch(() => void visit?.degraded.add('redis'));
  }
}

const keyOf = (area: CacheArea, id: string): string => `cache:${area}:${id}`;
