import { randomUUID } from 'node:crypto';
import { Kafka, type ConsumerRunConfig, type KafkaMessage, type ProducerRecord } from 'kafkajs';
import { pino } from 'pino';
import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { DatasetFile } from '../../harness/contracts/stack.ts';
import type { Stack } from '../../harness/stack/api.ts';
import { waitForDrain } from '../../harness/targets/ticketing/drain.ts';
import { kafkaClient } from '../../harness/targets/ticketing/kafka.ts';
import { Database } from '../../service/clients/postgres.ts';
import { parseConfig } from '../../service/config.ts';
import { DeadLetters } from '../../service/consumers/dead-letters.ts';
import { events, type EventType } from '../../service/events/catalogue.ts';
import { createMetrics } from '../../service/metrics/metrics.ts';
import { noTracing } from '../../service/tracing/tracing.ts';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** What follows from reservations and payments, once each, whatever happens to relay, consumer and messages. */
let shop: TestService;
/** Every record the service sent, as kafkajs was asked to send it. */
const sent: ProducerRecord[] = [];
/** Called after a send that succeeded and before the relay hears of it. */
let afterSend: (record: ProducerRecord) => void = () => {};
/** Called before a commit of a consumer group. */
let beforeCommit: (topic: string) => void = () => {};
/** Consumers of this group do nothing with what they get, until it is taken away. */
let deafGroup = '';
const undo: (() => void)[] = [];

beforeAll(async () => {
  listenToKafkajs();
  // Two cores and many tests: shedding is not what is tested here.
  shop = await startTestService(inject('stack'), { roles: 'api,worker,consumer', seats: 40, settings: { CONSUMER_STALE_SECONDS: '3', SHED_DELAY_MS: '10000', SHED_UTILIZATION_PERCENT: '100' } });
});
afterAll(async () => {
  await shop?.[Symbol.asyncDispose]();
  for (const restore of undo) restore();
});

function listenToKafkajs(): void {
  const { producer: makeProducer, consumer: makeConsumer } = Kafka.prototype;
  Kafka.prototype.producer = function (this: Kafka, config) {
    const producer = makeProducer.call(this, config);
    return {
      ...producer,
      async send(record: ProducerRecord) {
        sent.push(record);
        const acknowledged = await producer.send(record);
        afterSend(record);
        return acknowledged;
      },
    };
  };
  Kafka.prototype.consumer = function (this: Kafka, config) {
    const consumer = makeConsumer.call(this, config);
    const deaf = deafGroup !== '' && config?.groupId.endsWith(deafGroup);
    return {
      ...consumer,
      run: (options: ConsumerRunConfig = {}) =>
        consumer.run({
          ...options,
          async eachBatch(payload) {
            if (deaf) return;
            await options.eachBatch?.({
              ...payload,
              async commitOffsetsIfNecessary(offsets) {
                beforeCommit(payload.batch.topic.slice(shop.topicPrefix.length));
                await payload.commitOffsetsIfNecessary(offsets);
              },
            });
          },
        }),
    };
  };
  undo.push(() => Object.assign(Kafka.prototype, { producer: makeProducer, consumer: makeConsumer }));
}

let seats = 0;
interface Sale {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly seatNo: number;
}
async function buy(): Promise<Sale> {
  const buyer = await (await shop.buyer()).active();
  await buyer.charge(PRICE);
  const seatNo = ++seats;
  const { reservationId } = (await buyer.reserve(SCHEDULE, seatNo)).json() as Sale;
  const answer = await buyer.pay(reservationId, PRICE);
  expect(answer.statusCode).toBe(201);
  return { ...(answer.json() as Sale), seatNo };
}
const count = async (sql: string, ...values: unknown[]): Promise<number> => (await shop.rows(sql, values)).length;
const told = (reservationId: string) =>
  shop.rows<{ template: string }>('SELECT template FROM notifications WHERE reservation_id = $1 ORDER BY template', [reservationId]).then((rows) => rows.map(({ template }) => template));
const everything = ['payment.completed', 'reservation.confirmed', 'reservation.held'];
const allTold = (reservationId: string, timeoutMs = 20_000) => eventually(`${reservationId}: three notifications`, async () => (await told(reservationId)).length >= 3, timeoutMs);
const derivedOf = (seatNo: number) => shop.rows<{ event_type: string }>(`SELECT event_type FROM outbox_events WHERE topic = 'seat-events' AND aggregate_id = $1 ORDER BY id`, [`${SCHEDULE}:${seatNo}`]).then((rows) => rows.map((row) => row.event_type));
const quiet = () =>
  eventually('outbox and consumers have nothing left', async () => (await count('SELECT 1 FROM outbox_events WHERE published_at IS NULL LIMIT 1')) === 0, 20_000);

async function messagesOf(topic: string): Promise<{ readonly partition: number; readonly message: KafkaMessage }[]> {
  const kafka = kafkaClient(inject('stack').kafkaBrokers, 'test');
  const admin = kafka.admin();
  await admin.connect();
  const ends = (await admin.fetchTopicOffsets(shop.topicPrefix + topic)).reduce((sum, { high }) => sum + Number(high), 0);
  await admin.disconnect();
  const found: { partition: number; message: KafkaMessage }[] = [];
  const consumer = kafka.consumer({ groupId: `${shop.topicPrefix}look-${randomUUID()}`, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topic: shop.topicPrefix + topic, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ partition, message }) => void found.push({ partition, message }) });
  await eventually(`${ends} messages of ${topic}`, async () => found.length >= ends, 15_000);
  await consumer.disconnect();
  return found;
}
async function publish(topic: string, ...values: string[]): Promise<void> {
  const producer = kafkaClient(inject('stack').kafkaBrokers, 'test').producer({ allowAutoTopicCreation: false });
  await producer.connect();
  await producer.send({ topic: shop.topicPrefix + topic, acks: -1, messages: values.map((value) => ({ key: 'by hand', value, partition: 0 })) });
  await producer.disconnect();
}
const completed = (amount: number) => ({
  ...{ eventId: randomUUID(), eventType: 'payment.completed', source: 'test', timestamp: new Date().toISOString() },
  ...{ paymentId: randomUUID(), reservationId: randomUUID(), userId: 'somebody', scheduleId: SCHEDULE, seatNo: 1, seatId: `${SCHEDULE}:1`, amount },
});

test('a sale leads to its seat events and notifications, once each and in order, with the trace of their request', async () => {
  const { reservationId, seatNo } = await buy();
  await allTold(reservationId);
  expect(await told(reservationId)).toEqual(everything);
  expect(await derivedOf(seatNo)).toEqual(['seat.held', 'seat.sold']);
  const rows = await shop.rows<{ event_type: string; payload: { eventId: string }; headers: { traceparent?: string }; topic: string }>('SELECT event_type, topic, payload, headers FROM outbox_events');
  for (const { event_type, topic, payload, headers } of rows) {
    const info = events[event_type as EventType];
    expect(info.topic).toBe(topic);
    expect([...Compile(info.payload as TSchema).Errors(payload)]).toEqual([]);
    if (topic !== 'queue-events') expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  }
  expect(new Set(rows.map((row) => row.event_type))).toEqual(new Set(['queue.tokens.activated', 'reservation.held', 'reservation.confirmed', 'payment.completed', 'seat.held', 'seat.sold', 'notification.requested']));
  await quiet();
  const onTopic = (await messagesOf('seat-events')).map(({ message }) => [message.key?.toString(), (JSON.parse(message.value!.toString()) as { eventType: string }).eventType]);
  expect(onTopic.filter(([key]) => key === `${SCHEDULE}:${seatNo}`).map(([, type]) => type)).toEqual(['seat.held', 'seat.sold']);
});

test('a send goes to one partition, compressed and acknowledged by all: kafkajs can lose what goes to several', async () => {
  await buy();
  await quiet();
  expect(sent.length).toBeGreaterThan(3);
  for (const { messages, acks, compression } of sent) {
    expect(new Set(messages.map(({ partition }) => partition)).size).toBe(1);
    expect(messages.every(({ key, partition }) => key != null && partition !== undefined)).toBe(true);
    expect([acks, compression]).toEqual([-1, 1]);
  }
});

test('a relay that dies between send and mark sends again, and each event has one effect', async () => {
  let deaths = 2;
  const copies = new Map<string, number>();
  afterSend = ({ topic, messages }) => {
    if (!topic.endsWith('reservation-events')) return;
    for (const { headers } of messages) copies.set(String(headers?.['eventId']), (copies.get(String(headers?.['eventId'])) ?? 0) + 1);
    if (deaths-- > 0) throw new Error('died before the mark');
  };
  try {
    const { reservationId, seatNo } = await buy();
    await allTold(reservationId);
    await quiet();
    expect(Math.max(...copies.values())).toBeGreaterThan(1);
    expect(await told(reservationId)).toEqual(everything);
    expect(await derivedOf(seatNo)).toEqual(['seat.held', 'seat.sold']);
    expect((await shop.rows<{ attempts: number }>('SELECT max(attempts) AS attempts FROM outbox_events WHERE aggregate_id = $1', [reservationId]))[0]?.attempts).toBeGreaterThan(1);
  } finally {
    afterSend = () => {};
  }
});

test('a consumer that dies between write and commit gets the batch again, and it has one effect', async () => {
  let deaths = 3;
  beforeCommit = () => {
    if (deaths-- > 0) throw new Error('died before the commit');
  };
  try {
    const { reservationId, seatNo, paymentId } = await buy();
    await allTold(reservationId);
    await eventually('the payment is at the platform', async () => (await count('SELECT 1 FROM platform_payments WHERE payment_id = $1', paymentId)) === 1);
    await eventually('each death has happened', async () => deaths <= 0);
    await quiet();
    expect(await told(reservationId)).toEqual(everything);
    expect(await derivedOf(seatNo)).toEqual(['seat.held', 'seat.sold']);
  } finally {
    beforeCommit = () => {};
  }
}, 90_000);

test('what a consumer fails on goes to the dead letters, those behind it arrive, and a replay has one effect', async () => {
  const [bad, good] = [completed(77), completed(78)];
  const arrived = (paymentId: string) => count('SELECT 1 FROM platform_payments WHERE payment_id = $1', paymentId);
  await shop.rows(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no 77 here'; END $$`);
  await shop.rows('CREATE TRIGGER refuse BEFORE INSERT ON platform_payments FOR EACH ROW WHEN (NEW.amount = 77) EXECUTE FUNCTION refuse()');
  await publish('payment-events', JSON.stringify(bad), 'not JSON', JSON.stringify(good));
  await eventually('the good one arrived', async () => (await arrived(good.paymentId)) === 1, 20_000);
  expect(await arrived(bad.paymentId)).toBe(0);

  const db = new Database({ url: shop.env['DATABASE_URL']!, applicationName: 'test', connectionsMax: 1, waitMs: 2000, statementTimeoutMs: 2000, lockTimeoutMs: 1000 }, createMetrics(), pino({ level: 'silent' }), noTracing);
  const letters = new DeadLetters({ config: parseConfig(shop.env), db, metrics: createMetrics(), log: pino({ level: 'silent' }) });
  try {
    const list = (await letters.list('payment-events')).filter(({ consumer }) => consumer === 'data-platform');
    expect(list).toEqual([
      expect.objectContaining({ value: 'not JSON', eventId: null, attempts: 1, error: 'not JSON', replayedAt: null }),
      expect.objectContaining({ eventId: bad.eventId, attempts: 3, error: expect.stringContaining('no 77 here'), replayedAt: null }),
    ]);
    const onTopic = (await messagesOf('payment-events.dlq')).map(({ message }) => message).filter(({ headers }) => headers?.['x-consumer']?.toString() === 'data-platform');
    const headers = onTopic.find(({ value }) => value?.toString() === JSON.stringify(bad))?.headers;
    expect(Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, value?.toString()]))).toMatchObject({
      ...{ 'x-original-topic': 'payment-events', 'x-original-partition': '0', 'x-original-offset': String(list[1]?.offset), 'x-attempts': '3' },
      ...{ 'x-error': expect.stringContaining('no 77 here'), 'x-first-failed-at': expect.stringMatching(/^\d{4}-/) },
    });
    expect((await letters.count()).find(({ topic }) => topic === 'payment-events')).toMatchObject({ waiting: expect.any(Number), replayed: 0 });

    await shop.rows('DROP TRIGGER refuse ON platform_payments');
    const ids = [list[1]!.id];
    expect(await letters.replay('payment-events', { ids })).toEqual(ids);
    await eventually('the replayed one arrived', async () => (await arrived(bad.paymentId)) === 1, 20_000);
    expect(await letters.replay('payment-events', { ids })).toEqual([]);
    const duplicates = await shop.metric('kafka_consumer_messages_total{group="data-platform",result="duplicate"}');
    expect(await letters.replay('payment-events', { ids, force: true })).toEqual(ids);
    await eventually('the second copy is known', async () => (await shop.metric('kafka_consumer_messages_total{group="data-platform",result="duplicate"}')) > duplicates, 20_000);
    expect(await arrived(bad.paymentId)).toBe(1);
  } finally {
    await letters.close();
    await db.close();
  }
}, 90_000);

test("the harness's drain waits for the consumers too", async () => {
  const { reservationId } = await buy();
  const direct = new URL(inject('stack').postgresAdminUrl);
  direct.pathname = new URL(shop.env['DATABASE_URL']!).pathname;
  const world = { stack: { urls: { postgresDirect: () => direct.href } } as unknown as Stack, dataset: { database: '' } as DatasetFile };
  expect(await waitForDrain({ ...world, deadlineMs: 20_000 })).toMatchObject({ drained: true });
  expect(await told(reservationId)).toEqual(everything);
  // Published, and gone before a consumer had it.
  await shop.rows(`INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload, published_at) VALUES (gen_random_uuid(), 'reservation-events', 'lost', 'reservation.held', '{}', now())`);
  expect(await waitForDrain({ ...world, deadlineMs: 600 })).toEqual({ drained: false, detail: expect.stringContaining('1 times an event not at a consumer') });
  await shop.rows(`DELETE FROM outbox_events WHERE aggregate_id = 'lost'`);
});

test('a relay whose connection is lost is taken over, by itself or another', async () => {
  await buy();
  await quiet();
  const ended = await shop.rows<{ ended: boolean }>(`SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE application_name = 'ticketing-relay' AND datname = current_database()`);
  expect(ended.some((row) => row.ended)).toBe(true);
  const { reservationId } = await buy();
  await allTold(reservationId);
});

test('a consumer that goes silent while messages wait is replaced, and they are worked on', async () => {
  const restarts = 'kafka_consumer_restarts_total{group="notifier"}';
  deafGroup = 'notifier';
  await using deaf = await startTestService(inject('stack'), { roles: 'api,worker,consumer', settings: { CONSUMER_STALE_SECONDS: '3', SHED_DELAY_MS: '10000', SHED_UTILIZATION_PERCENT: '100' } });
  const buyer = await (await deaf.buyer()).active();
  const { reservationId } = (await buyer.reserve(SCHEDULE, 1)).json() as Sale;
  deafGroup = '';
  await eventually('the notification arrived', async () => (await deaf.rows('SELECT 1 FROM notifications WHERE reservation_id = $1', [reservationId])).length === 1, 40_000);
  expect(await deaf.metric(restarts)).toBeGreaterThan(0);
  expect(await shop.metric(restarts)).toBe(0);
}, 60_000);

test('events that are published and what consumers remember are forgotten after their time, and nothing else is', async () => {
  await buy();
  await quiet();
  await shop.rows(`UPDATE outbox_events SET published_at = now() - interval '25 hours' WHERE id = (SELECT min(id) FROM outbox_events)`);
  await shop.rows(`UPDATE consumer_inbox SET processed_at = now() - interval '169 hours' WHERE event_id IN (SELECT event_id FROM consumer_inbox LIMIT 1)`);
  const ids = async () => (await shop.rows<{ id: string }>('SELECT id FROM outbox_events ORDER BY id')).map(({ id }) => id);
  const [old, ...others] = await ids();
  await using worker = await startTestService(inject('stack'), { roles: 'worker', topics: false, settings: { DATABASE_URL: shop.env['DATABASE_URL']!, KAFKA_TOPIC_PREFIX: shop.topicPrefix } });
  await eventually('both are forgotten', async () => (await worker.metric('messaging_purged_total{table="outbox"}')) === 1 && (await worker.metric('messaging_purged_total{table="inbox"}')) >= 1);
  const left = new Set(await ids());
  expect([left.has(old!), others.every((id) => left.has(id))]).toEqual([false, true]);
});
