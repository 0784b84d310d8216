import type { Context, Visit } from '../context.ts';
import type { Progress } from '../domain/position.ts';
import { SingleFlight } from '../domain/single-flight.ts';
import { statement } from '../sql/statement.ts';

const readProgressSql = statement('read-progress');

/** So many given-up places are told, those nearest to their turn; whoever holds a later one hears of it when it comes up. */
export const givenUpMax = 1000;

const freshFromRedisMs = 100;
const freshFromPostgresMs = 250;
/** What nobody refreshes is not believed: readers then ask PostgreSQL. */
const publishedForMs = 10_000;

/** How far admission of one queue went. Read from Redis, from PostgreSQL while Redis is gone or empty; cached briefly. */
export class ProgressReader {
  readonly #context: Context;
  readonly #scope: string;
  readonly #flights = new SingleFlight<void>();
  #progress: Progress = { watermark: 0, givenUp: [] };
  /** Given up through this process, known before admission tells it. */
  readonly #givenUpHere = new Set<number>();
  #freshUntilMs = 0;
  #fromRedis = true;

  constructor(context: Context, scope: string) {
    this.#context = context;
    this.#scope = scope;
  }

  async read(visit: Visit): Promise<Progress> {
    const progress = await this.current();
    if (!this.#fromRedis) visit.degraded.add('redis');
    return progress;
  }

  /** As `read`, for no request in particular. */
  async current(): Promise<Progress> {
    if (Date.now() >= this.#freshUntilMs) await this.#flights.run('read', () => this.#load());
    return this.#progress;
  }

  giveUp(seq: number): void {
    this.#givenUpHere.add(seq);
    this.#take(this.#progress);
  }

  async #load(): Promise<void> {
    const published = await this.#context.redis.get(keyOf(this.#scope)).catch(() => undefined);
    if (published !== undefined && published !== null) return this.#refresh(decode(published), freshFromRedisMs, true);
    const [row] = await this.#context.db.query<Progress>(readProgressSql, [this.#scope, givenUpMax]);
    this.#refresh(row ?? { watermark: 0, givenUp: [] }, freshFromPostgresMs, published === null);
  }

  #refresh(progress: Progress, freshMs: number, fromRedis: boolean): void {
    // Never goes back: an old answer may arrive after a newer one.
    if (progress.watermark >= this.#progress.watermark) this.#take(progress);
    this.#freshUntilMs = Date.now() + freshMs;
    this.#fromRedis = fromRedis;
  }

  #take({ watermark, givenUp }: Progress): void {
    for (const seq of this.#givenUpHere) if (seq <= watermark) this.#givenUpHere.delete(seq);
    const all = this.#givenUpHere.size === 0 ? givenUp : [...new Set([...givenUp, ...this.#givenUpHere])].sort((a, b) => a - b);
    this.#progress = { watermark, givenUp: all };
  }
}

/**
 * Tells Redis how far admission went, after each step of it. A Redis that does not take it is made up for by PostgreSQL;
 * one that has lost what it was told just before has come back empty, and that is counted.
 */
export class ProgressPublisher {
  readonly #context: Context;
  /** Until when Redis surely has what it was told last, by scope. */
  readonly #keptUntilMs = new Map<string, number>();

  constructor(context: Context) {
    this.#context = context;
  }

  async publish(scope: string, { watermark, givenUp }: Progress): Promise<void> {
    const nowMs = Date.now();
    const before = await this.#context.redis.exchange(keyOf(scope), `${watermark}:${givenUp.join(',')}`, publishedForMs).catch(() => undefined);
    if (before === undefined) return;
    if (before === null && nowMs < (this.#keptUntilMs.get(scope) ?? 0)) this.#context.metrics.queueProgressLost.inc();
    // Well before it runs out, so that a slow call is not taken for a loss.
    this.#keptUntilMs.set(scope, nowMs + publishedForMs / 2);
  }
}

function decode(published: string): Progress {
  const [watermark = '', givenUp = ''] = published.split(':');
  return { watermark: Number(watermark), givenUp: givenUp === '' ? [] : givenUp.split(',').map(Number) };
}

const keyOf = (scope: string): string => `queue:${scope}:progress`;
