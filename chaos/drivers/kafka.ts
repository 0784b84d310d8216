import { Kafka, logLevel, type Admin, type KafkaMessage, type Message, type Producer } from 'kafkajs';
import type { FaultWorld } from '../world.ts';

/** A cluster as its clients reach it: through the proxies. */
export const kafkaOf = (brokers: readonly string[]): Kafka =>
  new Kafka({ clientId: 'gatecrash', brokers: [...brokers], logLevel: logLevel.NOTHING, connectionTimeout: 1000, requestTimeout: 3000, retry: { retries: 2, initialRetryTime: 100 } });

/** A topic of this run. */
export const topicOf = (world: Pick<FaultWorld, 'topicPrefix'>, name: string): string => world.topicPrefix + name;

/** Does something with an administration client of its own, and closes it. */
export async function withAdmin<T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaOf(brokers).admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Does something with a producer of its own, and closes it. */
export async function withProducer<T>(brokers: readonly string[], work: (producer: Producer) => Promise<T>): Promise<T> {
  const producer = kafkaOf(brokers).producer({ allowAutoTopicCreation: false });
  try {
    await producer.connect();
    return await work(producer);
  } finally {
    await producer.disconnect();
  }
}

/** Sends messages of one partition, acknowledged by all in-sync replicas. */
export async function sendTo(producer: Producer, topic: string, partition: number, messages: readonly Message[]): Promise<void> {
  await producer.send({ topic, acks: -1, messages: messages.map((message) => ({ ...message, partition })) });
}

/** How many messages were ever put on a topic. */
export async function endOf(admin: Admin, topic: string): Promise<number> {
  return (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
}

/** Up to where a group has committed a topic, over all partitions, and how many messages are behind that. */
export async function lagOf(admin: Admin, topic: string, groupId: string): Promise<{ readonly committed: number; readonly lag: number }> {
  const [ends, groups] = await Promise.all([admin.fetchTopicOffsets(topic), admin.fetchOffsets({ groupId, topics: [topic] })]);
  // -1: nothing was ever committed there.
  const offsets = new Map(groups.flatMap(({ partitions }) => partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))])));
  const committed = [...offsets.values()].reduce((sum, offset) => sum + offset, 0);
  return { committed, lag: ends.reduce((sum, { partition, high }) => sum + Number(high) - (offsets.get(partition) ?? 0), 0) };
}

/** A message and the partition it was on. */
export interface Placed {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** Where to begin in each partition; without it, at the first message. */
type Offsets = ReadonlyMap<number, number>;

/**
 * Reads a topic in a group of its own that commits nothing, so that nothing of it stays; resolves when it has joined.
 * What it gives ends it, without waiting for the brokers' goodbye.
 */
export async function followTopic(brokers: readonly string[], topic: string, groupId: string, take: (placed: Placed) => void, from?: Offsets): Promise<() => void> {
  const consumer = kafkaOf(brokers).consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 100, sessionTimeout: 6000, heartbeatInterval: 1500 });
  const stop = (): void => void consumer.disconnect().catch(() => undefined);
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ autoCommit: false, eachMessage: async ({ partition, message }) => take({ partition, message }) });
    for (const [partition, offset] of from ?? []) consumer.seek({ topic, partition, offset: String(offset) });
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}

const READ_TIMEOUT_MS = 10_000;

/** The newest messages of a topic, at most `count`, as evenly over its partitions as they are there. */
export async function lastOf(brokers: readonly string[], topic: string, count: number, groupId: string): Promise<Placed[]> {
  const ends = await withAdmin(brokers, (admin) => admin.fetchTopicOffsets(topic));
  const share = Math.ceil(count / ends.length);
  const ranges = ends.map(({ partition, low, high }) => ({ partition, from: Math.max(Number(low), Number(high) - share), to: Number(high) }));
  const wanted = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  if (wanted === 0) return [];
  const found = new Map<string, Placed>();
  const complete = Promise.withResolvers<void>();
  const take = (placed: Placed): void => {
    const offset = Number(placed.message.offset);
    const range = ranges.find(({ partition }) => partition === placed.partition);
    if (range && offset >= range.from && offset < range.to) found.set(`${placed.partition}/${offset}`, placed);
    if (found.size === wanted) complete.resolve();
  };
  const timer = setTimeout(() => complete.reject(new Error(`${topic}: read ${found.size} of the last ${wanted} messages within ${READ_TIMEOUT_MS} ms`)), READ_TIMEOUT_MS);
  const stop = await followTopic(brokers, topic, groupId, take, new Map(ranges.map(({ partition, from }) => [partition, from]))).catch((error: unknown) => {
    clearTimeout(timer);
    throw error;
  });
  try {
    await complete.promise;
  } finally {
    clearTimeout(timer);
    stop();
  }
  return [...found.values()].slice(0, count);
}
