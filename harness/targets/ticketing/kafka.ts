import { Kafka, logLevel, type Admin } from 'kafkajs';
import { waitFor } from '../../stack/native/wait.ts';

const PARTITIONS = 3;
const REPLICATION_FACTOR = 3;
const MIN_IN_SYNC_REPLICAS = 2;
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
 * Creates topics with production's durability and reads back that they have it: KRaft silently lowers what it cannot
 * give. The brokers learn of a topic one after the other, so they are asked until all of it is as it should be; throws
 * what was wrong last after 15 s.
 */
export async function createTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false, // it fails when the broker that is asked does not know the topic yet
    timeout: READY_WITHIN_MS,
    topics: topics.map((topic) => ({
      topic,
      numPartitions: PARTITIONS,
      replicationFactor: REPLICATION_FACTOR,
      configEntries: [{ name: 'min.insync.replicas', value: String(MIN_IN_SYNC_REPLICAS) }],
    })),
  });
  await waitFor({ what: 'topics with all their replicas', timeoutMs: READY_WITHIN_MS }, async () => {
    await expectReplicas(admin, topics);
    await expectMinInSync(admin, topics);
  });
}

async function expectReplicas(admin: Admin, topics: readonly string[]): Promise<void> {
  const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
  for (const { name, partitions } of metadata.topics) {
    if (partitions.length !== PARTITIONS) throw new Error(`topic ${name} has ${partitions.length} partitions, not ${PARTITIONS}`);
    const thin = partitions.find((partition) => partition.replicas.length !== REPLICATION_FACTOR);
    if (thin) throw new Error(`topic ${name} partition ${thin.partitionId} has ${thin.replicas.length} replicas, not ${REPLICATION_FACTOR}`);
    const orphan = partitions.find((partition) => partition.leader < 0);
    if (orphan) throw new Error(`topic ${name} partition ${orphan.partitionId} has no leader`);
  }
}

async function expectMinInSync(admin: Admin, topics: readonly string[]): Promise<void> {
  const TOPIC_RESOURCE = 2;
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: topics.map((name) => ({ type: TOPIC_RESOURCE, name, configNames: ['min.insync.replicas'] })) });
  for (const { resourceName, configEntries } of resources) {
    const value = configEntries.find((entry) => entry.configName === 'min.insync.replicas')?.configValue;
    if (value !== String(MIN_IN_SYNC_REPLICAS)) throw new Error(`topic ${resourceName} has min.insync.replicas ${value}, not ${MIN_IN_SYNC_REPLICAS}`);
  }
}
