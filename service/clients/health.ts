import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SingleFlight } from '../domain/single-flight.ts';
import { statement } from '../sql/statement.ts';
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
      const [database, redis, kafka] = await Promise.all([answers(this.#db.query(pingSql)), answers(this.#redis.ping()), this.#anyBroker()]);
      this.#seen = { database, redis, kafka };
      this.#seenAtMs = performance.now();
      return this.#seen;
    });
  }

  async #anyBroker(): Promise<boolean> {
    return (await Promise.all(this.#brokers.map((broker) => answers(reach(broker))))).some(Boolean);
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

/** A TCP connection is enough: what a broker can do is told by the relay's own metrics. */
function reach(broker: string): Promise<void> {
  const [host = '', port = ''] = broker.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), timeout: probeTimeoutMs });
    socket.once('connect', () => resolve(void socket.destroy()));
    socket.once('error', reject);
    socket.once('timeout', () => reject(new Error('no answer', { cause: socket.destroy() })));
  });
}
