import pg from 'pg';
import { EventProducer } from '../clients/kafka.ts';
import { connectionOptions, type PostgresSettings } from '../clients/postgres.ts';
import type { Context } from '../context.ts';
import { statement, type Statement } from '../sql/statement.ts';
import { startLoop, type Loop } from './loop.ts';

const pendingEventsSql = statement('pending-events');
const markPublishedSql = statement('mark-published');
const markUnpublishedSql = statement('mark-unpublished');
const outboxBacklogSql = statement('outbox-backlog');
const lockRelaySql = statement('lock-relay');

const batchMax = 100;
const pollMs = 1000;
/** Under load events gather this long, so that a send carries several. */
const restMs = 10;
/** A topic that could not be written to is left alone so long, so that its events do not fill the batches of the others. */
const topicRestMs = 1000;
/** A relay that vanished without a word loses its connection, and so the lock, after this time. Longer than a round with its sends may last. */
const silentMsMax = 20_000;

interface OutboxEvent {
  readonly id: string | number;
  readonly eventId: string;
  readonly topic: string;
  readonly aggregateId: string;
  readonly eventType: string;
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, string | null>>;
}

/**
 * Publishes the outbox. One relay at a time, by an advisory lock that lives as long as its connection; the others stand
 * by. An event is marked after the brokers have acknowledged it, so it may be sent twice but is never lost.
 */
export function startRelay(context: Context, settings: PostgresSettings): Loop {
  const { config, metrics, log } = context;
  const producer = new EventProducer(config.kafkaBrokers, config.kafkaSendTimeoutMs, metrics);
  const connection = new RelayConnection(settings);
  const backlog = new Backlog(context);
  const restingUntilMs = new Map<string, number>();
  const loop = startLoop('relay', log, async () => {
    await backlog.observe();
    if (!(await connection.isMine())) return pollMs;
    const resting = [...restingUntilMs].filter(([, untilMs]) => Date.now() < untilMs).map(([topic]) => topic);
    const events = await connection.query<OutboxEvent>(pendingEventsSql, [batchMax, resting]);
    if (events.length === 0) return pollMs;
    const sent = new Set(await publish(context, events, producer));
    if (sent.size > 0) await connection.query(markPublishedSql, [[...sent]]);
    const unsent = events.filter(({ id }) => !sent.has(id));
    for (const { id, topic } of events) metrics[sent.has(id) ? 'eventsPublished' : 'eventsFailed'].inc({ topic });
    if (unsent.length > 0) {
      for (const { topic } of unsent) restingUntilMs.set(topic, Date.now() + topicRestMs);
      await connection.query(markUnpublishedSql, [unsent.map(({ id }) => id)]);
      throw new Error(`${unsent.length} of ${events.length} events were not acknowledged`);
    }
    return events.length === batchMax ? 0 : pollMs;
  }, { restMs });
  return {
    state: loop.state,
    wake: () => loop.wake(),
    async stop() {
      await loop.stop();
      await Promise.all([producer.close(), connection.close()]);
    },
  };
}

/**
 * Ids of the events that were acknowledged. Events of one partition go in one send, in the order of their ids; a topic
 * that cannot be reached does not hold up the others.
 */
async function publish({ config: { topicPrefix }, log, tracing }: Context, events: readonly OutboxEvent[], producer: EventProducer): Promise<(string | number)[]> {
  const found = await Promise.allSettled(events.map(async (event) => ({ event, partition: await producer.partitionOf(topicPrefix + event.topic, event.aggregateId) })));
  const targets = found.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const sends = Map.groupBy(targets, ({ event, partition }) => `${event.topic} ${partition}`);
  const results = await Promise.allSettled(
    [...sends.values()].map(async (group) => {
      const [{ event: first, partition }] = group as [(typeof group)[number]];
      const messages = group.map(({ event }) => ({ key: event.aggregateId, value: JSON.stringify(event.payload), headers: headersOf(event) }));
      const send = () => producer.send(topicPrefix + first.topic, partition, messages, first.topic);
      const fields = { topic: first.topic, partition, messages: group.length };
      try {
        await tracing.following(messages.map(({ headers }) => headers['traceparent']), `send ${first.topic}`, 'producer', { 'messaging.system': 'kafka', 'messaging.batch.message_count': group.length }, send);
      } catch (error) {
        log.error({ event: 'kafka.message.failed', ...fields, eventId: first.eventId, eventType: first.eventType, error: String(error) }, 'not acknowledged; it is sent again');
        throw error;
      }
      if (log.isLevelEnabled('debug')) for (const { event } of group) log.debug({ event: 'kafka.message.sent', topic: event.topic, partition, eventId: event.eventId, eventType: event.eventType }, 'acknowledged');
      return group.map(({ event }) => event.id);
    }),
  );
  return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

function headersOf({ eventId, eventType, headers }: OutboxEvent): Record<string, string> {
  const own = Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { eventId, eventType, ...Object.fromEntries(own) };
}

/** Publishes how far behind the relay is, at most once a second: it is woken far more often. */
class Backlog {
  readonly #context: Context;
  #nextMs = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  async observe(): Promise<void> {
    if (Date.now() < this.#nextMs) return;
    const { db, metrics } = this.#context;
    const [backlog] = await db.query<{ pending: number; oldestAgeSeconds: number }>(outboxBacklogSql);
    if (!backlog) return;
    metrics.outboxPending.set(backlog.pending);
    metrics.outboxAge.set(backlog.oldestAgeSeconds);
    this.#nextMs = Date.now() + pollMs;
  }
}

/** A connection of its own: the lock belongs to it, and a slow send must not hold one of the pool. */
class RelayConnection {
  readonly #settings: PostgresSettings;
  #client: pg.Client | undefined;
  #locked = false;

  constructor(settings: PostgresSettings) {
    this.#settings = settings;
  }

  async isMine(): Promise<boolean> {
    if (this.#locked) return true;
    const [row] = await this.query<{ mine: boolean }>(lockRelaySql);
    this.#locked = row?.mine === true;
    return this.#locked;
  }

  async query<R>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    const client = (this.#client ??= await this.#connect());
    try {
      return (await client.query({ name: statement.name, text: statement.text, values: values as unknown[] })).rows as R[];
    } catch (error) {
      // After a failure the connection is not trusted, and the lock goes with it.
      this.#drop(client);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#client?.end();
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...connectionOptions(this.#settings), options: `-c idle_session_timeout=${silentMsMax}` });
    client.on('error', () => this.#drop(client));
    await client.connect();
    return client;
  }

  #drop(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#locked = false;
    client.end().catch(() => undefined);
  }
}
