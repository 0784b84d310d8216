import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { LedgerRow } from '../../contracts/ledger.ts';
import { waitFor } from '../../stack/native/wait.ts';
import { kafkaClient, withKafkaAdmin } from './kafka.ts';
import { paymentTopic } from './names.ts';

type BrokerRow = LedgerRow<'broker'>;

const OFFSETS_WITHIN_MS = 15_000;

/**
 * Every message of a run's payment topic, from the beginning up to where the topic ended when we began, sorted by event.
 * An empty topic gives no rows. The rows are sorted in memory: about 300 bytes each, so bounded by the payments of a run
 * (1 M are 300 MB). Throws when the end is not reached within `deadlineMs`.
 */
export async function readBrokerLedger(brokers: readonly string[], topicPrefix: string, deadlineMs: number): Promise<BrokerRow[]> {
  const topic = paymentTopic(topicPrefix);
  // kafkajs gives up where a partition has just got another leader; a client of its own asks for the leaders anew.
  const offsets = await waitFor({ what: `the offsets of ${topic}`, timeoutMs: OFFSETS_WITHIN_MS }, () => withKafkaAdmin(brokers, (admin) => admin.fetchTopicOffsets(topic)));
  return await withKafkaAdmin(brokers, async (admin) => {
    const ends = new Map(offsets.filter(({ low, high }) => Number(high) > Number(low)).map(({ partition, high }) => [partition, Number(high)]));
    if (ends.size === 0) return [];
    const groupId = `gatecrash-audit-${randomUUID()}`;
    try {
      const rows = await readUntil(kafkaClient(brokers, 'gatecrash-audit'), groupId, topic, ends, deadlineMs);
      return rows.sort((a, b) => (a.event < b.event ? -1 : a.event > b.event ? 1 : a.partition - b.partition || a.offset - b.offset));
    } finally {
      await admin.deleteGroups([groupId]).catch(() => {}); // The broker forgets an empty group by itself.
    }
  });
}

async function readUntil(kafka: Kafka, groupId: string, topic: string, ends: ReadonlyMap<number, number>, deadlineMs: number): Promise<BrokerRow[]> {
  const rows: BrokerRow[] = [];
  const left = new Map(ends);
  // A short fetch wait: kafkajs waits for the fetch under way before it disconnects.
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
  const reached = Promise.withResolvers<void>();
  const timer = setTimeout(() => reached.reject(new Error(`end of ${topic} not reached within ${deadlineMs} ms; ${rows.length} messages read, partitions left: ${[...left.keys()].join(', ')}`)), deadlineMs);
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await runInto(consumer, reached.reject, ({ batch }) => {
      const end = ends.get(batch.partition) ?? 0;
      for (const message of batch.messages) {
        if (Number(message.offset) < end) rows.push(brokerRow(topic, batch.partition, message));
      }
      if (Number(batch.lastOffset()) + 1 >= end) left.delete(batch.partition);
      if (left.size === 0) reached.resolve();
    });
    await reached.promise;
    return rows;
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
  }
}

async function runInto(consumer: Consumer, failed: (error: Error) => void, onBatch: (payload: EachBatchPayload) => void): Promise<void> {
  consumer.on('consumer.crash', ({ payload }) => failed(payload.error));
  await consumer.run({
    autoCommit: false,
    eachBatch: async (payload) => onBatch(payload),
  });
}

/** A message that is not what the service documents keeps its place, with an id that no event can have. */
export function brokerRow(topic: string, partition: number, message: { readonly offset: string; readonly value: Buffer | null }): BrokerRow {
  const place = { topic, partition, offset: Number(message.offset) };
  try {
    const event = JSON.parse(message.value?.toString('utf8') ?? '') as Record<string, unknown>;
    return {
      event: typeof event.eventId === 'string' ? event.eventId : `(no id) ${partition}/${message.offset}`,
      type: typeof event.eventType === 'string' ? event.eventType : null,
      ...place,
      payment: typeof event.paymentId === 'string' ? event.paymentId : null,
      amount: typeof event.amount === 'number' ? event.amount : null,
    };
  } catch {
    return { event: `(not JSON) ${partition}/${message.offset}`, type: null, ...place, payment: null, amount: null };
  }
}
