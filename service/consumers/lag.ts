import type { Admin } from 'kafkajs';
import { observeBrokers } from '../clients/kafka-brokers.ts';
import { kafkaClient } from '../clients/kafka.ts';
import type { Context } from '../context.ts';
import { topics } from '../events/topics.ts';
import { statement } from '../sql/statement.ts';
import { startLoop, type Loop } from '../workers/loop.ts';
import type { RunningConsumer } from './consumer.ts';
import type { PartitionLag } from './progress.ts';

const countDeadLettersSql = statement('count-dead-letters');
const everyMsMax = 10_000;

type Ends = ReadonlyMap<string, readonly { readonly partition: number; readonly high: string }[]>;

/** Each 10 s: how far behind each group is in each topic, how fast that grows, which leaders changed, and how many dead letters wait. */
export function startLagWatch(context: Context, consumers: readonly RunningConsumer[]): Loop {
  const { config, metrics } = context;
  // More often than a silent consumer is put up with.
  const everyMs = Math.min(everyMsMax, (config.consumerStaleSeconds * 1000) / 2);
  const before = new Map<string, { readonly lag: number; readonly atMs: number }>();
  const leaders = new Map<string, number>();
  const admin = observeBrokers(kafkaClient('ticketing-lag', config.kafkaBrokers, metrics).admin(), metrics);

  const publish = (topic: string, group: string, lag: number): void => {
    const key = `${topic} ${group}`;
    const last = before.get(key);
    const nowMs = Date.now();
    metrics.kafkaLag.set({ topic, group }, lag);
    if (last) metrics.kafkaLagGrowth.set({ topic, group }, ((lag - last.lag) * 60_000) / Math.max(1, nowMs - last.atMs));
    before.set(key, { lag, atMs: nowMs });
  };

  const countLeaderChanges = async (listened: string[]): Promise<void> => {
    const { topics: described } = await admin.fetchTopicMetadata({ topics: listened });
    for (const { name, partitions } of described) {
      for (const { partitionId, leader } of partitions) {
        const last = leaders.get(`${name} ${partitionId}`) ?? leader;
        if (last !== leader) metrics.kafkaLeaderChanges.inc({ topic: name.slice(config.topicPrefix.length) });
        leaders.set(`${name} ${partitionId}`, leader);
      }
    }
  };

  return startLoop('consumer lag', context.log, async () => {
    await admin.connect();
    try {
      const listened = [...new Set(consumers.flatMap((consumer) => consumer.topics))].map((topic) => config.topicPrefix + topic);
      const ends: Ends = new Map(await Promise.all(listened.map(async (topic) => [topic, await admin.fetchTopicOffsets(topic)] as const)));
      await countLeaderChanges(listened);
      for (const consumer of consumers) {
        const lags = await lagsOf(admin, consumer, config.topicPrefix, ends);
        for (const topic of consumer.topics) publish(topic, consumer.name, lags.filter((at) => at.topic === config.topicPrefix + topic).reduce((sum, { lag }) => sum + lag, 0));
        consumer.watch(lags);
      }
    } finally {
      await admin.disconnect();
    }
    await countDeadLetters(context);
    return everyMs;
  }, { retryMs: everyMs });
}

async function lagsOf(admin: Admin, { groupId, topics: own }: RunningConsumer, prefix: string, ends: Ends): Promise<PartitionLag[]> {
  const offsets = await admin.fetchOffsets({ groupId, topics: own.map((topic) => prefix + topic) });
  return offsets.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => {
      // -1: this group has never committed here.
      const committed = Math.max(0, Number(offset));
      const end = Number(ends.get(topic)?.find((at) => at.partition === partition)?.high ?? 0);
      return { topic, partition, committed, lag: Math.max(0, end - committed) };
    }),
  );
}

async function countDeadLetters({ db, metrics }: Context): Promise<void> {
  const counted = new Map((await db.query<{ topic: string; waiting: number }>(countDeadLettersSql)).map(({ topic, waiting }) => [topic, waiting]));
  for (const topic of topics) metrics.deadLettersWaiting.set({ topic }, counted.get(topic) ?? 0);
}
