import { Kafka, logLevel, type Admin } from 'kafkajs';

const PARTITIONS = 3;
const REPLICATION_FACTOR = 3;
const MIN_IN_SYNC_REPLICAS = 2;

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
 * give. Throws when a topic has other replicas than asked for.
 */
export async function createTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: true,
    timeout: 15_000,
    topics: topics.map((topic) => ({
      topic,
      numPartitions: PARTITIONS,
      replicationFactor: REPLICATION_FACTOR,
      configEntries: [{ name: 'min.insync.replicas', value: String(MIN_IN_SYNC_REPLICAS) }],
    })),
  });
  const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
  for (const { name, partitions } of metadata.topics) {
    if (partitions.length !== PARTITIONS) throw new Error(`topic ${name} has ${partitions.length} partitions, not ${PARTITIONS}`);
    const thin = partitions.find((partition) => partition.replicas.length !== REPLICATION_FACTOR);
    if (thin) throw new Error(`topic ${name} partition ${thin.partitionId} has ${thin.replicas.length} replicas, not ${REPLICATION_FACTOR}`);
  }
  await expectMinInSync(admin, topics);
}

async function expectMinInSync(admin: Admin, topics: readonly string[]): Promise<void> {
  const TOPIC_RESOURCE = 2;
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: topics.map((name) => ({ type: TOPIC_RESOURCE, name, configNames: ['min.insync.replicas'] })) });
  for (const { resourceName, configEntries } of resources) {
    const value = configEntries.find((entry) => entry.configName === 'min.insync.replicas')?.configValue;
    if (value !== String(MIN_IN_SYNC_REPLICAS)) throw new Error(`topic ${resourceName} has min.insync.replicas ${value}, not ${MIN_IN_SYNC_REPLICAS}`);
  }
}
