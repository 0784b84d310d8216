import kafkajs from 'kafkajs';
import { kafkaAdmin } from './kafka.ts';
import { query } from './postgres.ts';

const postgresSettings = ['fsync', 'synchronous_commit', 'full_page_writes', 'max_connections', 'shared_buffers'] as const;

/**
 * Settings on which the truth of a run rests, read back from the servers: postgres.NAME (what a database or a role has of its
 * own counts before what the server has), and of all topics the weakest kafka.replication.factor (copies of a partition) and
 * kafka.min.insync.replicas.
 */
export async function readDurableSettings(postgresPort: number, advertisedPorts: readonly number[]): Promise<Record<string, string>> {
  return { ...(await readPostgres(postgresPort)), ...(await readKafka(advertisedPorts)) };
}

async function readPostgres(port: number): Promise<Record<string, string>> {
  const names = postgresSettings.map((name) => `'${name}'`).join(', ');
  const rows = await query(
    port,
    'postgres',
    `SELECT name, COALESCE((SELECT split_part(own, '=', 2) FROM pg_db_role_setting, unnest(setconfig) AS own WHERE split_part(own, '=', 1) = name AND split_part(own, '=', 2) <> current_setting(name) LIMIT 1), current_setting(name)) AS value
       FROM pg_settings WHERE name IN (${names}) ORDER BY name`,
  );
  return Object.fromEntries(rows.map((row) => [`postgres.${String(row.name)}`, String(row.value)]));
}

async function readKafka(advertisedPorts: readonly number[]): Promise<Record<string, string>> {
  const admin = kafkaAdmin(advertisedPorts);
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata();
    const settings: Record<string, string> = { 'kafka.brokers': String((await admin.describeCluster()).brokers.length) };
    if (topics.length === 0) return settings;
    settings['kafka.replication.factor'] = String(Math.min(...topics.flatMap(({ partitions }) => partitions.map(({ replicas }) => replicas.length))));
    const resources = topics.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: ['min.insync.replicas'] }));
    const described = await admin.describeConfigs({ includeSynonyms: false, resources });
    // A topic that does not say counts as 0: what is not known is not durable.
    settings['kafka.min.insync.replicas'] = String(Math.min(...described.resources.map(({ configEntries }) => Number(configEntries[0]?.configValue ?? 0))));
    return settings;
  } finally {
    await admin.disconnect();
  }
}
