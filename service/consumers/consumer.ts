import type { Consumer, EachBatchPayload } from 'kafkajs';
import { observeBrokers } from '../clients/kafka-brokers.ts';
import { kafkaClient } from '../clients/kafka.ts';
import type { Context } from '../context.ts';
import type { Topic } from '../events/topics.ts';
import { startLoop, type Loop } from '../workers/loop.ts';
import { BatchWork, GivenUp } from './batch-work.ts';
import type { DeadLetterBox } from './dead-letter-box.ts';
import { topicsOf, type ConsumerDefinition } from './definition.ts';
import { Progress, type PartitionLag } from './progress.ts';

const retryMs = 1000;
/** So long the brokers may gather messages, so that a busy topic is worked on in batches rather than one by one. */
const gatherMs = 200;
const gatherBytes = 16 * 1024;

/**
 * Runs one consumer: joins its group, works on batches, commits behind them, and begins anew when kafkajs gave up or
 * has gone silent (kafkajs #1466). The offset is committed after the effects, so a batch may come again; the inbox makes
 * that harmless.
 */
export class RunningConsumer {
  readonly name: string;
  readonly groupId: string;
  readonly topics: readonly Topic[];
  readonly #context: Context;
  readonly #work: BatchWork;
  readonly #progress = new Progress();
  readonly #loop: Loop;
  #consumer: Consumer | undefined;
  #working: Promise<void> | undefined;
  #stopping = false;

  constructor(context: Context, definition: ConsumerDefinition, box: DeadLetterBox) {
    this.name = definition.name;
    this.groupId = context.config.topicPrefix + definition.name;
    this.topics = topicsOf(definition);
    this.#context = context;
    this.#work = new BatchWork(definition, { metrics: context.metrics, log: context.log, box, triesMax: context.config.consumerRetries });
    this.#loop = startLoop(this.name, context.log, () => this.#keepRunning(), { retryMs });
  }

  /** Takes note of how far behind the partitions are; replaces a consumer that does not get on with one of its own. */
  watch(lags: readonly PartitionLag[]): void {
    const { config, metrics, log } = this.#context;
    const stale = this.#progress.stuck(lags, Date.now(), config.consumerStaleSeconds * 1000);
    if (stale === undefined || this.#working) return;
    metrics.kafkaConsumerRestarts.inc({ group: this.name });
    log.warn({ event: 'kafka.consumer.stale', consumer: this.name, topic: stale.topic, partition: stale.partition, lag: stale.lag }, 'consumer does not get on; begun anew');
    this.#discard();
  }

  /** The batch in work is finished and committed first. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#loop.stop();
    await this.#working?.catch(() => undefined);
    await this.#consumer?.disconnect();
  }

  async #keepRunning(): Promise<number> {
    if (this.#consumer) return retryMs;
    const { config, metrics } = this.#context;
    const consumer = kafkaClient(`ticketing-${this.name}`, config.kafkaBrokers, metrics).consumer({
      groupId: this.groupId,
      allowAutoTopicCreation: false,
      sessionTimeout: 10_000,
      heartbeatInterval: 2000,
      minBytes: gatherBytes,
      maxWaitTimeInMs: gatherMs,
    });
    this.#consumer = consumer;
    this.#progress.begin();
    this.#observe(consumer);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: this.topics.map((topic) => config.topicPrefix + topic), fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (batch) => this.#take(consumer, batch) });
    } catch (error) {
      metrics.dependencyErrors.inc({ dependency: 'kafka' });
      this.#discard();
      throw error;
    }
    return retryMs;
  }

  #observe(consumer: Consumer): void {
    const { metrics } = this.#context;
    const group = { group: this.name };
    observeBrokers(consumer, metrics);
    consumer.on('consumer.group_join', ({ payload }) => this.#progress.assigned(payload.memberAssignment));
    consumer.on('consumer.fetch', ({ payload }) => metrics.kafkaFetchTime.observe(group, payload.duration / 1000));
    // kafkajs restarts by itself after most crashes; after the others we begin anew.
    consumer.on('consumer.crash', ({ payload }) => {
      metrics.dependencyErrors.inc({ dependency: 'kafka' });
      if (!payload.restart && this.#consumer === consumer) this.#discard();
    });
  }

  async #take(consumer: Consumer, batch: EachBatchPayload): Promise<void> {
    // Nothing new for a consumer that ends or has been replaced.
    if (this.#stopping || this.#consumer !== consumer) return;
    const working = this.#workOn(consumer, batch);
    this.#working = working;
    try {
      await working;
    } catch (error) {
      throw error instanceof GivenUp ? (error.cause ?? error) : error;
    } finally {
      this.#working = undefined;
      this.#progress.moved(batch.batch.topic, batch.batch.partition, Date.now());
    }
  }

  async #workOn(consumer: Consumer, { batch, heartbeat, isRunning, resolveOffset, commitOffsetsIfNecessary }: EachBatchPayload): Promise<void> {
    const { config, metrics, tracing } = this.#context;
    const { topic, partition, messages } = batch;
    const own = topic.slice(config.topicPrefix.length) as Topic;
    const stayAlive = async (): Promise<void> => {
      if (this.#stopping || this.#consumer !== consumer || !isRunning()) throw new GivenUp('the consumer ends');
      await heartbeat().catch((cause: unknown) => Promise.reject(new GivenUp('no longer in the group', { cause })));
    };
    const done = metrics.kafkaProcessingTime.startTimer({ group: this.name });
    const causes = messages.map(({ headers }) => headers?.['traceparent']?.toString());
    const attributes = { 'messaging.system': 'kafka', 'messaging.consumer.group.name': this.name, 'messaging.batch.message_count': messages.length };
    await tracing.following(causes, `${this.name} ${own}`, 'consumer', attributes, () => this.#work.work({ topic: own, partition, messages }, stayAlive));
    done();
    resolveOffset(batch.lastOffset());
    const committed = metrics.kafkaCommitTime.startTimer({ group: this.name });
    await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: String(BigInt(batch.lastOffset()) + 1n) }] }] });
    committed();
    await heartbeat();
  }

  /** The old one is not waited for: it may hang. */
  #discard(): void {
    const old = this.#consumer;
    this.#consumer = undefined;
    old?.disconnect().catch(() => undefined);
  }
}
