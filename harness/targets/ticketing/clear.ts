import type { DatasetFile } from '../../contracts/stack.ts';
import type { Stack } from '../../stack/api.ts';
import { withKafkaAdmin } from './kafka.ts';
import { withPostgres } from './postgres.ts';

const MAINTENANCE_DATABASE = 'postgres';
const DELETE_WITHIN_MS = 10_000;

/** Removes what a run had for itself, so that the brokers' small heaps and the disk last for the next: its topics and its database. The service must have ended. */
export async function clearTicketing(stack: Stack, { database, topicPrefix }: Pick<DatasetFile, 'database' | 'topicPrefix'>): Promise<void> {
  await Promise.all([
    withKafkaAdmin(stack.urls.kafkaBrokers, async (admin) => {
      const topics = (await admin.listTopics()).filter((name) => name.startsWith(topicPrefix));
      if (topics.length > 0) await admin.deleteTopics({ topics, timeout: DELETE_WITHIN_MS });
    }),
    withPostgres(stack.urls.postgresDirect(MAINTENANCE_DATABASE), (client) => client.query(`DROP DATABASE IF EXISTS "${database.replaceAll('"', '""')}" WITH (FORCE)`)),
  ]);
}
