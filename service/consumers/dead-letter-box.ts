import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { EventProducer } from '../clients/kafka.ts';
import type { Context } from '../context.ts';
import { deadLetterTopic, type Topic } from '../events/topics.ts';
import { statement } from '../sql/statement.ts';

const keepSql = statement('keep-dead-letter');

/** A message and where it was. */
export interface Place {
  /** without the installation's prefix */
  readonly topic: Topic;
  readonly partition: number;
  readonly message: KafkaMessage;
}

export interface Failure {
  readonly error: string;
  readonly attempts: number;
  readonly firstFailedAtMs: number;
}

/** Where messages go that cannot be worked on, so that those behind them can. */
export class DeadLetterBox {
  readonly #context: Context;
  readonly #producer: EventProducer;

  constructor(context: Context, producer: EventProducer) {
    this.#context = context;
    this.#producer = producer;
  }

  /** Resolves when the message is on the .dlq topic and in the table; only then may the consumer go on. */
  async keep(consumer: string, { topic, partition, message }: Place, { error, attempts, firstFailedAtMs }: Failure): Promise<void> {
    const { db, config, metrics, log } = this.#context;
    const original = textsOf(message.headers);
    const headers = {
      ...original,
      'x-consumer': consumer,
      'x-original-topic': topic,
      'x-original-partition': String(partition),
      'x-original-offset': message.offset,
      'x-error': error,
      'x-attempts': String(attempts),
      'x-first-failed-at': new Date(firstFailedAtMs).toISOString(),
    };
    const dlq = deadLetterTopic(topic);
    await this.#producer.send(config.topicPrefix + dlq, partition, [{ key: message.key, value: message.value, headers }], dlq);
    const eventId = eventIdOf(message);
    await db.query(keepSql, [consumer, topic, partition, message.offset, message.key, message.value, JSON.stringify(original), eventId, error, attempts, new Date(firstFailedAtMs)]);
    metrics.deadLetters.inc({ topic });
    log.error({ event: 'kafka.message.failed', consumer, topic, partition, offset: message.offset, eventId, error, attempts }, 'message put aside');
  }
}

const textsOf = (headers: IHeaders | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value.toString()]])));

function eventIdOf({ value }: KafkaMessage): string | null {
  try {
    const { eventId } = JSON.parse(value?.toString() ?? '') as { readonly eventId?: unknown };
    return typeof eventId === 'string' ? eventId.slice(0, 100) : null;
  } catch {
    return null;
  }
}
