import { EventProducer } from '../clients/kafka.ts';
import type { Context } from '../context.ts';
import { topics, type Topic } from '../events/topics.ts';
import { statement } from '../sql/statement.ts';

const countSql = statement('count-dead-letters');
const listSql = statement('list-dead-letters');
const replayableSql = statement('replayable-dead-letters');
const markReplayedSql = statement('mark-replayed');

/** A message that a consumer put aside. Topics are named without the installation's prefix. */
export interface DeadLetter {
  readonly id: number;
  readonly consumer: string;
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  /** null when the message does not say which event it is */
  readonly eventId: string | null;
  readonly key: string | null;
  /** as text; of a long one the first 4 KiB */
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: string;
  readonly attempts: number;
  readonly firstFailedAt: Date;
  readonly deadAt: Date;
  readonly replayedAt: Date | null;
}

export interface DeadLetterCount {
  readonly topic: Topic;
  /** not replayed yet */
  readonly waiting: number;
  readonly replayed: number;
}

/** Which dead letters to send again: these ids, or the oldest that were not yet; `force` includes those that were. */
export interface ReplayChoice {
  readonly ids?: readonly number[];
  readonly limit?: number;
  readonly force?: boolean;
}

type Row = Omit<DeadLetter, 'key' | 'value'> & { readonly key: Buffer | null; readonly value: Buffer | null };
type Replayable = Pick<Row, 'id' | 'partition' | 'key' | 'value' | 'headers'>;

type Tools = Pick<Context, 'config' | 'db' | 'metrics' | 'log'>;

const replayMax = 100;

/** What operations do with dead letters: count, look, send again. They are kept in PostgreSQL, beside the .dlq topics. */
export class DeadLetters {
  readonly #context: Tools;
  readonly #producer: EventProducer;

  constructor(context: Tools) {
    this.#context = context;
    this.#producer = new EventProducer(context.config.kafkaBrokers, context.config.kafkaSendTimeoutMs, context.metrics);
  }

  /** One entry a topic, also for those that have none. */
  async count(): Promise<DeadLetterCount[]> {
    const counted = new Map((await this.#context.db.query<DeadLetterCount>(countSql)).map((row) => [row.topic, row]));
    return topics.map((topic) => counted.get(topic) ?? { topic, waiting: 0, replayed: 0 });
  }

  /** Oldest first; the next page begins after the last id of this one. */
  async list(topic: Topic, { limit = 20, afterId = 0 }: { readonly limit?: number; readonly afterId?: number } = {}): Promise<DeadLetter[]> {
    const rows = await this.#context.db.query<Row>(listSql, [topic, afterId, limit]);
    return rows.map((row) => ({ ...row, key: row.key?.toString() ?? null, value: row.value?.toString() ?? null }));
  }

  /**
   * Sends messages to the topic they came from, as they were: same partition, same event. A consumer that has had the
   * event does nothing, the one that failed tries again. Remembered after the brokers acknowledged it, so a crash in
   * between sends it twice rather than not at all. Returns the ids that were sent; rejects when a broker fails, and
   * then those sent until then are remembered.
   */
  async replay(topic: Topic, { ids, limit = replayMax, force = false }: ReplayChoice = {}): Promise<number[]> {
    const { db, config, log } = this.#context;
    const letters = await db.query<Replayable>(replayableSql, [topic, ids ?? null, Math.min(limit, replayMax), force]);
    const sent: number[] = [];
    try {
      for (const { id, partition, key, value, headers } of letters) {
        await this.#producer.send(config.topicPrefix + topic, partition, [{ key, value, headers: { ...headers, 'x-replay-of': String(id) } }], topic);
        sent.push(id);
      }
    } finally {
      if (sent.length > 0) await db.query(markReplayedSql, [sent]);
      log.info({ event: 'kafka.dead_letters.replayed', topic, ids: sent }, 'dead letters sent again');
    }
    return sent;
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}
