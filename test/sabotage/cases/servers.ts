import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../harness/root.ts';
import type { WarmStack } from '../../../harness/run/warm-stack.ts';
import type { Stack } from '../../../harness/stack/api.ts';
import { waitFor } from '../../../harness/stack/native/wait.ts';
import { withKafkaAdmin } from '../../../harness/targets/ticketing/kafka.ts';
import { databaseOf } from '../../../harness/targets/ticketing/names.ts';
import { withPostgres } from '../../../harness/targets/ticketing/postgres.ts';
import type { SabotagedRun, Scene } from '../case.ts';
import { signalComponent } from '../hands.ts';

const MAINTENANCE = 'postgres';
const CUT_WITHIN_MS = 5000;

/** PostgreSQL started again with a setting that the harness did not give it; the stack is of no use afterwards. */
async function withPostgresSetting({ supervisor, stack, logDir }: WarmStack, before: string, after: string): Promise<AsyncDisposable> {
  const { pid } = stack.components().find(({ name }) => name === 'postgres')?.handle ?? {};
  const read = (name: string): string[] => readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').filter((part) => part !== '');
  const [command = '', ...args] = read('cmdline').map((arg) => (arg === before ? after : arg));
  const env = Object.fromEntries(read('environ').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const { uid, gid } = statSync(`/proc/${pid}`);
  const cwd = readlinkSync(`/proc/${pid}/cwd`);
  await supervisor.stop('postgres');
  await supervisor.spawn({ name: 'postgres', command, args, cwd, env, uid, gid, stopSignal: 'SIGINT', logFile: join(logDir, 'postgres.log') });
  await waitFor({ what: 'postgres ready', timeoutMs: 10_000 }, () => withPostgres(stack.urls.postgresDirect(MAINTENANCE), (client) => client.query('SELECT 1')));
  return { [Symbol.asyncDispose]: async () => undefined };
}

/** A topic beside those of the run that a broker may lose. */
async function withThinTopic({ stack: { urls: { kafkaBrokers } } }: WarmStack, replicationFactor: number, minInSync: number): Promise<AsyncDisposable> {
  const topic = `thin-${replicationFactor}-${minInSync}`;
  await withKafkaAdmin(kafkaBrokers, (admin) => admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 1, replicationFactor, configEntries: [{ name: 'min.insync.replicas', value: String(minInSync) }] }] }));
  return { [Symbol.asyncDispose]: () => withKafkaAdmin(kafkaBrokers, (admin) => admin.deleteTopics({ topics: [topic] })) };
}

/** From now on, whoever connects to the database of the run commits without waiting for the disk. */
async function commitWithoutWaiting({ stack, plan }: Scene): Promise<void> {
  await withPostgres(stack.urls.postgresDirect(MAINTENANCE), (client) => client.query(`ALTER DATABASE "${databaseOf(plan.runId)}" SET synchronous_commit = off`));
}

/** Ends the session that reads the ledger as soon as there is one; no other of the harness is open then. */
async function cutLedger({ urls }: Stack): Promise<void> {
  await withPostgres(urls.postgresDirect(MAINTENANCE), async (client) => {
    for (const deadlineMs = Date.now() + CUT_WITHIN_MS; Date.now() < deadlineMs; ) {
      const { rowCount } = await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatecrash' AND datname LIKE 'gc\\_%'");
      if (rowCount !== null && rowCount > 0) return;
    }
    throw new Error('nobody came to read the ledger');
  });
}

/** What can happen to the servers and the service. */
export const serverCases: readonly SabotagedRun[] = [
  { name: 'PostgreSQL has fsync off', verdict: 'INVALID', namedBy: 'durable-settings', endsServer: true, before: (warm) => withPostgresSetting(warm, 'fsync=on', 'fsync=off') },
  { name: 'the database of the run commits without waiting, from the middle of the load on', verdict: 'INVALID', namedBy: 'durable-settings', during: (scene) => scene.after('load-start', 6000, () => commitWithoutWaiting(scene)) },
  { name: 'Kafka keeps one replica', verdict: 'INVALID', namedBy: 'durable-settings', before: (warm) => withThinTopic(warm, 1, 1) },
  { name: 'Kafka acknowledges with one replica in sync', verdict: 'INVALID', namedBy: 'durable-settings', before: (warm) => withThinTopic(warm, 3, 1) },
  { name: 'the service is replaced by one that answers 200 to everything', verdict: 'INVALID', namedBy: 'faults-verified', options: { serviceDir: join(projectRoot, 'test/sabotage/yes-service') } },
  { name: 'the service is killed', verdict: 'FAIL', namedBy: 'service-died', during: (scene) => scene.after('load-start', 7000, () => signalComponent(scene, 'api', 'SIGKILL')) },
  { name: 'a broker dies', verdict: 'INVALID', namedBy: 'servers-stayed-up', endsServer: true, during: (scene) => scene.after('load-start', 7000, () => signalComponent(scene, 'broker-2', 'SIGKILL')) },
  { name: 'the connection that reads the ledger is cut', verdict: 'INVALID', namedBy: 'audited', during: (scene) => scene.after('drain-end', 0, () => cutLedger(scene.stack)) },
  { name: 'PostgreSQL is killed before the ledger is read', verdict: 'INVALID', namedBy: 'audited', endsServer: true, during: (scene) => scene.after('drain-end', 0, () => signalComponent(scene, 'postgres', 'SIGKILL')) },
];
