import { Kafka, logLevel, type Admin } from 'kafkajs';
import { waitFor } from '../../stack/native/wait.ts';
import type { TopicNeeds } from './published-events.ts';

const READY_WITHIN_MS = 15_000;

/** A client for the harness's own calls: quiet, with bounded waits. */
export const kafkaClient = (brokers: readonly string[], clientId: string): Kafka =>
  new Kafka({ clientId, brokers: [...brokers], logLevel: logLevel.NOTHING, connectionTimeout: 3000, requestTimeout: 10_000, retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 2000 } });

/** An admin connection for the time of `use`; always closed. */
export async function withKafkaAdmin<T>(brokers: readonly string[], use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaClient(brokers, 'gatecrash-admin').admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Creates topics with the durability they need and reads back that they have it: KRaft silently lowers what it cannot
 * give. The brokers learn of a topic one after the other, so they are asked until all of it is as it should be; throws
 * what was wrong last after 15 s.
 */
export async function createTopics(admin: Admin, topics: readonly TopicNeeds[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false, // it fails when the broker that is asked does not know the topic yet
    timeout: READY_WITHIN_MS,
    topics: topics.map(({ name, partitions, replicationFactor, minInSyncReplicas }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: [{ name: 'min.insync.replicas', value: String(minInSyncReplicas) }],
    })),
  });
  await waitFor({ what: 'topics with all their replicas', timeoutMs: READY_WITHIN_MS }, async () => {
    await expectReplicas(admin, topics);
    await expectMinInSync(admin, topics);
  });
}

async function expectReplicas(admin: Admin, needed: readonly TopicNeeds[]): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: needed.map(({ name }) => name) });
  for (const { name, partitions: count, replicationFactor } of needed) {
    const partitions = topics.find((topic) => topic.name === name)?.partitions ?? [];
    if (partitions.length !== count) throw new Error(`topic ${name} has ${partitions.length} partitions, not ${count}`);
    const thin = partitions.find((partition) => partition.replicas.length !== replicationFactor);
    if (thin) throw new Error(`topic ${name} partition ${thin.partitionId} has ${thin.replicas.length} replicas, not ${replicationFactor}`);
    const orphan = partitions.find((partition) => partition.leader < 0);
    if (orphan) throw new Error(`topic ${name} partition ${orphan.partitionId} has no leader`);
  }
}

async function expectMinInSync(admin: Admin, needed: readonly TopicNeeds[]): Promise<void> {
  const TOPIC_RESOURCE = 2;
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: needed.map(({ name }) => ({ type: TOPIC_RESOURCE, name, configNames: ['min.insync.replicas'] })) });
  for (const { name, minInSyncReplicas } of needed) {
    const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries;
    const value = entries?.find((entry) => entry.configName === 'min.insync.replicas')?.configValue;
    if (value !== String(minInSyncReplicas)) throw new Error(`topic ${name} has min.insync.replicas ${value}, not ${minInSyncReplicas}`);
  }
}
