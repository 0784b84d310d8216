import kafkajs from 'kafkajs';
import { kafkaAdmin } from './kafka.ts';
import { query } from './postgres.ts';

const postgresSettings = ['fsync', 'synchronous_commit', 'full_page_writes', 'max_connections', 'shared_buffers'] as const;

/**
 * Settings on which the truth of a run rests, read back from the servers: postgres.NAME, and for each topic
 * kafka.TOPIC.replicationFactor (the fewest copies any partition has) and kafka.TOPIC.minInSyncReplicas.
 */
export async function readDurableSettings(postgresPort: number, advertisedPorts: readonly number[]): Promise<Record<string, string>> {
  return { ...(await readPostgres(postgresPort)), ...(await readKafka(advertisedPorts)) };
}

async function readPostgres(port: number): Promise<Record<string, string>> {
  const names = postgresSettings.map((name) => `'${name}'`).join(', ');
  const rows = await query(port, 'postgres', `SELECT name, current_setting(name) AS value FROM pg_settings WHERE name IN (${names}) ORDER BY name`);
  return Object.fromEntries(rows.map((row) => [`postgres.${String(row.name)}`, String(row.value)]));
}

async function readKafka(advertisedPorts: readonly number[]): Promise<Record<string, string>> {
  const admin = kafkaAdmin(advertisedPorts);
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata();
    const settings: Record<string, string> = { 'kafka.brokers': String((await admin.describeCluster()).brokers.length) };
    for (const topic of topics) {
      settings[`kafka.${topic.name}.replicationFactor`] = String(Math.min(...topic.partitions.map((partition) => partition.replicas.length)));
    }
    if (topics.length === 0) return settings;
    const resources = topics.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: ['min.insync.replicas'] }));
    const described = await admin.describeConfigs({ includeSynonyms: false, resources });
    for (const resource of described.resources) {
      settings[`kafka.${resource.resourceName}.minInSyncReplicas`] = resource.configEntries[0]?.configValue ?? 'unknown';
    }
    return settings;
  } finally {
    await admin.disconnect();
  }
}
