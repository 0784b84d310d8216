import type { Consumer, EachBatchPayload } from 'kafkajs';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { kafkaClient } from '../clients/kafka.ts';
import type { Context } from '../context.ts';
import { Uuid } from '../schemas/common.ts';
import { statement } from '../sql/statement.ts';
import { startLoop } from './loop.ts';

const storePlatformPaymentsSql = statement('store-platform-payments');

const consumerName = 'data-platform';
const lagEveryMs = 10_000;
const startRetryMs = 1000;

const PaymentCompleted = Type.Object({
  eventType: Type.Literal('payment.completed'),
  eventId: Uuid,
  paymentId: Uuid,
  reservationId: Uuid,
  amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
type PaymentCompleted = Static<typeof PaymentCompleted>;
const paymentCompleted = Compile(PaymentCompleted);

export interface DataPlatform {
  stop(): Promise<void>;
}

/**
 * The data platform's consumer of payments: each lands there exactly once. Inbox and row are written in one statement,
 * the offset is committed after it, so an event that comes again changes nothing. Database trouble makes it wait.
 */
export function startDataPlatform(context: Context): DataPlatform {
  const { config, log, metrics } = context;
  const kafka = kafkaClient(`ticketing-${consumerName}`, config.kafkaBrokers);
  const topic = `${config.topicPrefix}payment-events`;
  const groupId = `${config.topicPrefix}${consumerName}`;
  let consumer: Consumer | undefined;

  const running = startLoop(
    consumerName,
    log,
    async () => {
      if (consumer) return startRetryMs;
      const fresh = kafka.consumer({ groupId, allowAutoTopicCreation: false, sessionTimeout: 10_000, heartbeatInterval: 2000, maxWaitTimeInMs: 500 });
      consumer = fresh;
      // kafkajs restarts by itself after most crashes; after the others we begin anew.
      fresh.on('consumer.crash', ({ payload }) => {
        metrics.dependencyErrors.inc({ dependency: 'kafka' });
        if (!payload.restart && consumer === fresh) consumer = undefined;
      });
      try {
        await fresh.connect();
        await fresh.subscribe({ topic, fromBeginning: true });
        await fresh.run({ eachBatch: (batch) => storeBatch(context, batch) });
      } catch (error) {
        metrics.dependencyErrors.inc({ dependency: 'kafka' });
        consumer = undefined;
        fresh.disconnect().catch(() => undefined);
        throw error;
      }
      return startRetryMs;
    },
    { retryMs: startRetryMs },
  );
  const watchingLag = startLoop('consumer lag', log, async () => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      const [ends, [committed]] = await Promise.all([admin.fetchTopicOffsets(topic), admin.fetchOffsets({ groupId, topics: [topic] })]);
      const at = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
      metrics.kafkaLag.set(ends.reduce((lag, { partition, high }) => lag + Math.max(0, Number(high) - (at.get(partition) ?? 0)), 0));
    } finally {
      await admin.disconnect();
    }
    return lagEveryMs;
  }, { retryMs: lagEveryMs });
  return {
    async stop() {
      await Promise.all([running.stop(), watchingLag.stop()]);
      await consumer?.disconnect();
    },
  };
}

async function storeBatch({ db, metrics, log }: Context, { batch, heartbeat }: EachBatchPayload): Promise<void> {
  const payments: PaymentCompleted[] = [];
  for (const message of batch.messages) {
    const payment = parse(message.value);
    if (payment) payments.push(payment);
    else {
      metrics.kafkaReceived.inc({ result: 'malformed' });
      log.error({ event: 'kafka.message.failed', topic: batch.topic, partition: batch.partition, offset: message.offset }, 'not a payment event; passed over');
    }
  }
  const stored = payments.length === 0 ? [] : await db.query(storePlatformPaymentsSql, [consumerName, JSON.stringify(payments)]);
  metrics.kafkaReceived.inc({ result: 'stored' }, stored.length);
  metrics.kafkaReceived.inc({ result: 'duplicate' }, payments.length - stored.length);
  await heartbeat();
}

/** An event that the statement could not take would come again and again, and hold up all behind it. */
function parse(value: Buffer | null): PaymentCompleted | undefined {
  try {
    const event: unknown = JSON.parse(value?.toString() ?? '');
    return paymentCompleted.Check(event) ? event : undefined;
  } catch {
    return undefined;
  }
}
