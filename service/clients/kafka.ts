import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CompressionTypes, Kafka, logLevel, type Message, type Producer } from 'kafkajs';
import { SingleFlight } from '../domain/single-flight.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { countingSockets, observeBrokers } from './kafka-brokers.ts';

/** kafkajs' own numbers, by S2: five retries from 300 ms on. */
const retry = { initialRetryTime: 300, maxRetryTime: 30_000, retries: 5 };

/** The way to the brokers; what is made of it is to be told to `observeBrokers`. */
export function kafkaClient(clientId: string, brokers: readonly string[], metrics: Metrics): Kafka {
  for (const broker of brokers) metrics.kafkaBrokerFailures.inc({ broker }, 0);
  return new Kafka({ clientId, brokers: [...brokers], logLevel: logLevel.NOTHING, connectionTimeout: 1000, requestTimeout: 5000, retry, socketFactory: countingSockets(metrics) });
}

/**
 * A producer behind a narrow door. One partition a send, because kafkajs can resolve a send over several without
 * having sent to all; a deadline on each send and a new producer afterwards, because it can sit on a dead socket.
 */
export class EventProducer {
  readonly #kafka: Kafka;
  readonly #sendTimeoutMs: number;
  readonly #metrics: Metrics;
  readonly #partitions = new Map<string, number>();
  readonly #questions = new SingleFlight<number>();
  #producer: Promise<Producer> | undefined;

  constructor(brokers: readonly string[], sendTimeoutMs: number, metrics: Metrics) {
    this.#kafka = kafkaClient('ticketing-relay', brokers, metrics);
    this.#sendTimeoutMs = sendTimeoutMs;
    this.#metrics = metrics;
  }

  /** Partition of a key; all events of an aggregate share one, so their order holds. */
  async partitionOf(topic: string, key: string): Promise<number> {
    const partitions = this.#partitions.get(topic) ?? (await this.#questions.run(topic, () => this.#partitionsFromBroker(topic)));
    return createHash('md5').update(key).digest().readUInt32BE(0) % partitions;
  }

  /** Resolves when all in-sync replicas have the messages; rejects after the deadline, and then they may be there or not. */
  async send(topic: string, partition: number, messages: readonly Message[], label: string): Promise<void> {
    try {
      const producer = await this.#within((this.#producer ??= this.#connect()));
      await this.#within(producer.send({ topic, acks: -1, compression: CompressionTypes.GZIP, messages: messages.map((message) => ({ ...message, partition })) }));
      this.#metrics.kafkaSent.inc({ topic: label }, messages.length);
    } catch (error) {
      this.#metrics.kafkaErrors.inc({ topic: label });
      this.#metrics.dependencyErrors.inc({ dependency: 'kafka' });
      this.#discard();
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    // A broker that hangs must not hold up the end of the process.
    await this.#within(Promise.resolve(producer?.then((connected) => connected.disconnect()))).catch(() => undefined);
  }

  async #connect(): Promise<Producer> {
    const producer = observeBrokers(this.#kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, retry }), this.#metrics);
    await producer.connect();
    return producer;
  }

  async #partitionsFromBroker(topic: string): Promise<number> {
    try {
      return await this.#within(this.#countPartitions(topic));
    } catch (error) {
      this.#metrics.dependencyErrors.inc({ dependency: 'kafka' });
      throw error;
    }
  }

  async #countPartitions(topic: string): Promise<number> {
    const admin = observeBrokers(this.#kafka.admin(), this.#metrics);
    await admin.connect();
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const count = topics[0]?.partitions.length ?? 0;
      if (count === 0) throw new Error(`topic ${topic} has no partitions`);
      this.#partitions.set(topic, count);
      return count;
    } finally {
      await admin.disconnect();
    }
  }

  /** The old producer is not waited for: it may hang. */
  #discard(): void {
    const old = this.#producer;
    this.#producer = undefined;
    old?.then((producer) => producer.disconnect()).catch(() => undefined);
  }

  async #within<T>(work: Promise<T>): Promise<T> {
    const late = new AbortController();
    const deadline = sleep(this.#sendTimeoutMs, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(`kafka did not answer within ${this.#sendTimeoutMs} ms`);
    });
    deadline.catch(() => undefined);
    return await Promise.race([work, deadline]).finally(() => late.abort());
  }
}
