import { SCHEMA_VERSION } from '../../contracts/run-header.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { DatasetFile } from '../../contracts/stack.ts';
import type { Stack } from '../../stack/api.ts';
import { createTopics, withKafkaAdmin } from './kafka.ts';
import { databaseOf, topicPrefixOf, topicsOf } from './names.ts';
import { withPostgres } from './postgres.ts';
import { seedDataset } from './seed.ts';
import { redisCommand } from './wire.ts';

/** Any database that is not the template: a connection to the template would forbid cloning it. */
const MAINTENANCE_DATABASE = 'postgres';
const REDIS_DEADLINE_MS = 3000;

export interface PrepareOptions {
  readonly stack: Stack;
  /** What is on sale. */
  readonly dataset: Plan['dataset'];
  /** Settings of the service that differ from what is shipped. NODE_ENV is production unless they say otherwise. */
  readonly settings: Plan['service'];
  readonly runId: string;
  /** Folder of the service's code; the mutants give a patched copy. */
  readonly serviceDir: string;
  /** Folder for the logs of gateway and service; default: that of the stack. */
  readonly logDir?: string;
  /** Run on the clone before the seeds: where a mutant lifts what the schema would forbid. */
  readonly sqlAfterMigration?: string;
}

/**
 * The clean state a run begins with: its own database cloned from the template, its own topics, an empty Redis, the
 * seeds of its dataset, and the service (re)started on them. Throws what went wrong, with the name of the server.
 */
export async function prepareTicketing(options: PrepareOptions): Promise<DatasetFile> {
  const { stack, dataset, settings, runId, serviceDir, logDir, sqlAfterMigration } = options;
  const database = databaseOf(runId);
  const topicPrefix = topicPrefixOf(runId);
  const [{ schedules, seats }] = await Promise.all([
    named('postgres', prepareDatabase(stack, database, dataset, sqlAfterMigration)),
    named('kafka', withKafkaAdmin(stack.urls.kafkaBrokers, (admin) => createTopics(admin, topicsOf(topicPrefix)))),
  ]);
  await named('redis', redisCommand(stack.urls.redisDirect, 'FLUSHALL', REDIS_DEADLINE_MS));
  await stack.startService({ database, topicPrefix, settings, serviceDir, ...(logDir !== undefined && { logDir }) });
  return { schemaVersion: SCHEMA_VERSION, runId, database, topicPrefix, schedules, seats, priceKrw: dataset.priceKrw };
}

async function prepareDatabase(stack: Stack, database: string, dataset: Plan['dataset'], sqlAfterMigration?: string): Promise<{ schedules: string[]; seats: number }> {
  await withPostgres(stack.urls.postgresDirect(MAINTENANCE_DATABASE), async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${quoted(database)} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${quoted(database)} TEMPLATE ${quoted(stack.templateDatabase)}${stack.smallDisk ? ` TABLESPACE ${quoted(stack.smallDisk.tablespace)}` : ''}`);
  });
  return await withPostgres(stack.urls.postgresDirect(database), async (client) => {
    if (sqlAfterMigration) await client.query(sqlAfterMigration);
    return await seedDataset(client, dataset);
  });
}

async function named<T>(server: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Error(`${server} could not be prepared: ${(error as Error).message}`, { cause: error });
  }
}

const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
