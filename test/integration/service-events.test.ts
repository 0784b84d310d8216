import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { kafkaClient } from '../../harness/targets/ticketing/kafka.ts';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** From a payment to the data platform, over outbox and Kafka: late at worst, never lost, never twice. */
let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { roles: 'api,worker,consumer', seats: 30 });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

let seats = 0;
interface Paid {
  readonly paymentId: string;
  readonly reservationId: string;
}
async function buy(): Promise<Paid> {
  const buyer = await (await shop.buyer()).active();
  await buyer.charge(PRICE);
  const { reservationId } = (await buyer.reserve(SCHEDULE, ++seats)).json() as Paid;
  const answer = await buyer.pay(reservationId, PRICE);
  expect(answer.statusCode).toBe(201);
  return answer.json() as Paid;
}
const platformRows = (paymentId: string) => shop.rows<{ event_id: string; amount: number }>('SELECT event_id, amount::float8 AS amount FROM platform_payments WHERE payment_id = $1', [paymentId]);
const arrived = (paymentId: string, timeoutMs = 20_000) =>
  eventually(`payment ${paymentId} is at the data platform`, async () => ((await platformRows(paymentId)).length > 0 ? platformRows(paymentId) : undefined), timeoutMs);
const drained = () => eventually('the outbox is empty', async () => (await shop.rows('SELECT 1 FROM outbox_events WHERE published_at IS NULL LIMIT 1')).length === 0, 20_000);

async function publish(values: readonly string[]): Promise<void> {
  const producer = kafkaClient(inject('stack').kafkaBrokers, 'test').producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (const value of values) await producer.send({ topic: `${shop.topicPrefix}payment-events`, acks: -1, messages: [{ key: 'by hand', value, partition: 0 }] });
  } finally {
    await producer.disconnect();
  }
}
/** A payment that only the topic knows of. */
const completed = () => ({
  ...{ eventId: randomUUID(), eventType: 'payment.completed', source: 'test', timestamp: new Date().toISOString() },
  ...{ paymentId: randomUUID(), reservationId: randomUUID(), userId: 'somebody', scheduleId: SCHEDULE, seatNo: 1, seatId: `${SCHEDULE}:1`, amount: PRICE },
});
async function setKafka(enabled: boolean, brokers: readonly string[] = ['broker-1', 'broker-2', 'broker-3']): Promise<void> {
  const { toxiproxyApi, proxies } = inject('stack');
  for (const { name } of Object.values(proxies).filter((proxy) => brokers.includes(proxy.name))) {
    const response = await fetch(`${toxiproxyApi}/proxies/${name}`, { method: 'POST', body: JSON.stringify({ enabled }) });
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
  }
}

test('a payment is one row at the data platform, with the event that the outbox holds', async () => {
  const paid = await buy();
  const rows = await arrived(paid.paymentId);
  const [event] = await shop.rows<{ event_id: string }>(`SELECT event_id FROM outbox_events WHERE event_type = 'payment.completed' AND payload->>'paymentId' = $1`, [paid.paymentId]);
  expect(rows).toEqual([{ event_id: event?.event_id, amount: PRICE }]);
  await drained();
  await eventually('the outbox says that it is empty', async () => (await shop.metric('outbox_pending')) === 0, 15_000);
});

test('an event that comes three times is stored once, and something that is no event holds up nothing', async () => {
  const duplicates = await shop.metric('kafka_consumer_messages_total{group="data-platform",result="duplicate"}');
  const event = completed();
  const last = completed();
  const text = JSON.stringify(event);
  await publish([text, 'not JSON', JSON.stringify({ ...event, eventId: randomUUID(), paymentId: 'not a uuid' }), text, JSON.stringify({ ...event, amount: 1.5 }), text, JSON.stringify(last)]);
  await arrived(last.paymentId);
  expect(await platformRows(event.paymentId)).toHaveLength(1);
  expect(await shop.metric('kafka_consumer_messages_total{group="data-platform",result="duplicate"}')).toBe(duplicates + 2);
  expect(await shop.metric('kafka_consumer_messages_total{group="data-platform",result="malformed"}')).toBe(3);
});

test('an event that the relay sends again is stored once', async () => {
  const paid = await buy();
  await arrived(paid.paymentId);
  await drained();
  await shop.rows('UPDATE outbox_events SET published_at = NULL');
  await drained();
  const next = await buy();
  await arrived(next.paymentId);
  expect(await platformRows(paid.paymentId)).toHaveLength(1);
});

test('with one of three brokers the service is degraded, with two it is ready', async () => {
  const ready = async () => (await shop.service.app.inject('/health/ready')).json() as { status: string; kafka: string };
  try {
    await setKafka(false, ['broker-1']);
    await sleep(300); // Older looks count no more.
    expect(await ready()).toMatchObject({ status: 'READY', kafka: 'UP' });
    await setKafka(false, ['broker-2']);
    await eventually('degraded', async () => (await ready()).status === 'DEGRADED');
  } finally {
    await setKafka(true);
  }
  await eventually('ready', async () => (await ready()).kafka === 'UP');
});

test('while no broker can be reached buying goes on, and everything arrives afterwards', async () => {
  const errorsBefore = await shop.metric('dependency_errors_total{dependency="kafka"}');
  let paid: Paid[];
  try {
    await setKafka(false);
    paid = [await buy(), await buy(), await buy()];
    await eventually('the failure is counted', async () => (await shop.metric('dependency_errors_total{dependency="kafka"}')) > errorsBefore, 15_000);
    expect((await shop.service.app.inject('/health/ready')).json()).toMatchObject({ status: 'DEGRADED', kafka: 'DOWN' });
    await sleep(4000);
    expect(await platformRows(paid[0]!.paymentId)).toHaveLength(0);
  } finally {
    await setKafka(true);
  }
  for (const { paymentId } of paid) expect(await arrived(paymentId, 40_000)).toHaveLength(1);
  await drained();
}, 90_000);

test('while PostgreSQL cannot be reached the consumer waits, and everything arrives afterwards', async () => {
  const event = completed();
  try {
    await shop.postgres.cut();
    await publish([JSON.stringify(event)]);
    await sleep(5000);
  } finally {
    await shop.postgres.heal();
  }
  expect(await arrived(event.paymentId, 40_000)).toHaveLength(1);
  const paid = await buy();
  expect(await arrived(paid.paymentId)).toHaveLength(1);
}, 90_000);

test('two relays share the work and each event is published', async () => {
  await using second = await startTestService(inject('stack'), { roles: 'api,worker', settings: { DATABASE_URL: shop.env['DATABASE_URL']!, KAFKA_TOPIC_PREFIX: shop.topicPrefix } });
  expect(second.service).toBeDefined();
  const paid = [await buy(), await buy()];
  for (const { paymentId } of paid) expect(await arrived(paymentId)).toHaveLength(1);
  await drained();
});
