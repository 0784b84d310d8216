import { Kafka, logLevel, type Admin, type Message, type Producer } from 'kafkajs';
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
