import { setTimeout as sleep } from 'node:timers/promises';
import { SingleFlight } from '../domain/single-flight.ts';
import { statement } from '../sql/statement.ts';
import { brokerAnswers } from './broker-answers.ts';
import type { Database } from './postgres.ts';
import type { RedisClient } from './redis.ts';

const pingSql = statement('ping');

export interface Dependencies {
  readonly database: boolean;
  readonly redis: boolean;
  readonly kafka: boolean;
}

/** Each dependency has this long to answer (S0: within 1 s). */
const probeTimeoutMs = 1000;
const freshMs = 250;

/** What answers right now; at most 250 ms old, and never more than one look at a time. */
export class Health {
  readonly #db: Database;
  readonly #redis: RedisClient;
  readonly #brokers: readonly string[];
  readonly #flights = new SingleFlight<Dependencies>();
  #seen: Dependencies | undefined;
  #seenAtMs = 0;

  constructor(db: Database, redis: RedisClient, brokers: readonly string[]) {
    this.#db = db;
    this.#redis = redis;
    this.#brokers = brokers;
  }

  async look(): Promise<Dependencies> {
    if (this.#seen && performance.now() - this.#seenAtMs < freshMs) return this.#seen;
    return await this.#flights.run('look', async () => {
      const [database, redis, kafka] = await Promise.all([answers(this.#db.query(pingSql)), answers(this.#redis.ping()), this.#mostBrokers()]);
      this.#seen = { database, redis, kafka };
      this.#seenAtMs = performance.now();
      return this.#seen;
    });
  }

  /** Fewer than that are no quorum, and of three replicas fewer than the two in sync that an event needs: nothing can be published. */
  async #mostBrokers(): Promise<boolean> {
    const answered = await Promise.all(this.#brokers.map((broker) => brokerAnswers(broker, probeTimeoutMs)));
    return answered.filter(Boolean).length * 2 > this.#brokers.length;
  }
}

async function answers(probe: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  try {
    return await Promise.race([probe.then(() => true), sleep(probeTimeoutMs, false, { signal: late.signal })]);
  } catch {
    return false;
  } finally {
    late.abort();
  }
}
