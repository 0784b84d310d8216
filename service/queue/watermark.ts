import { SingleFlight } from '../domain/single-flight.ts';
import type { Context, Visit } from '../context.ts';
import { statement } from '../sql/statement.ts';

const readWatermarkSql = statement('read-watermark');

/** One queue for all concerts. */
export const QUEUE_SCOPE = 'all';

const freshFromRedisMs = 100;
const freshFromPostgresMs = 250;
/** A watermark nobody refreshes is not believed: readers then ask PostgreSQL. */
const publishedForMs = 10_000;
const key = `queue:${QUEUE_SCOPE}:watermark`;

/** Up to which place admission went. Read from Redis, from PostgreSQL while Redis is gone or empty; cached briefly. */
export class Watermark {
  readonly #context: Context;
  readonly #flights = new SingleFlight<number>();
  #value = 0;
  #freshUntilMs = 0;
  #fromRedis = true;

  constructor(context: Context) {
    this.#context = context;
  }

  async read(visit: Visit): Promise<number> {
    if (Date.now() >= this.#freshUntilMs) await this.#flights.run('read', () => this.#load());
    if (!this.#fromRedis) visit.degraded.add('redis');
    return this.#value;
  }

  /** Called by the admission worker after each step. A Redis that does not take it is made up for by PostgreSQL. */
  async publish(watermark: number): Promise<void> {
    await this.#context.redis.setFor(key, String(watermark), publishedForMs).catch(() => undefined);
  }

  async #load(): Promise<number> {
    const published = await this.#context.redis.get(key).catch(() => undefined);
    if (published !== undefined && published !== null) return this.#take(Number(published), freshFromRedisMs, true);
    const [row] = await this.#context.db.query<{ watermark: number }>(readWatermarkSql, [QUEUE_SCOPE]);
    return this.#take(row?.watermark ?? 0, freshFromPostgresMs, published === null);
  }

  /** Never goes back: an old answer may arrive after a newer one. */
  #take(value: number, freshMs: number, fromRedis: boolean): number {
    this.#value = Math.max(this.#value, value);
    this.#freshUntilMs = Date.now() + freshMs;
    this.#fromRedis = fromRedis;
    return this.#value;
  }
}
