import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { HOST, baseEnvironment, logFileOf } from './context.ts';
import type { NativeContext, Started } from './context.ts';
import { brokerProperties, loggingProperties, metaPropertiesFor } from './kafka-config.ts';
import type { BrokerPorts } from './kafka-config.ts';
import { tailOf, waitFor } from './wait.ts';

const FORMAT_TIMEOUT_MS = 60_000;
const READY_TIMEOUT_MS = 60_000;
/** No performance counters: they would be files outside the data folder. */
const javaArgs = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-XX:-UsePerfData'];

/** A Kafka id: 16 random bytes in base64url without a leading dash, which Kafka's tools take for an option. */
function randomId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? randomId() : id;
}

/** Formats and starts the brokers; they answer when `kafkaReady` says so. */
export async function startBrokers(context: NativeContext, brokers: readonly BrokerPorts[]): Promise<Started['handle'][]> {
  const folder = join(context.dataDir, 'kafka');
  await mkdir(folder);
  await writeFile(join(folder, 'log4j2.properties'), loggingProperties);
  const nodes = brokers.map((_ports, index) => ({ nodeId: index + 1, logDir: join(folder, `data-${index + 1}`), config: join(folder, `broker-${index + 1}.properties`) }));
  await Promise.all(nodes.map(({ nodeId, logDir, config }) => writeFile(config, brokerProperties(nodeId, brokers, logDir))));
  await format(context, nodes);
  return Promise.all(nodes.map((node) => startBroker(context, folder, node)));
}

interface Node {
  readonly nodeId: number;
  readonly logDir: string;
  readonly config: string;
}

/** Formatting costs a JVM of 1.4 s each, so the first node is formatted and the others get its folder under their own ids. */
async function format(context: NativeContext, nodes: readonly Node[]): Promise<void> {
  const [first, ...others] = nodes;
  if (!first) return;
  const logFile = logFileOf(context, 'kafka-format');
  const result = await context.supervisor.execute(
    {
      name: 'kafka-format',
      command: context.tools.java,
      args: [...javaArgs, '-Xmx128m', '-cp', context.tools.kafkaClasspath, 'kafka.tools.StorageTool', 'format', '-t', randomId(), '-c', first.config],
      env: baseEnvironment(),
      logFile,
    },
    FORMAT_TIMEOUT_MS,
  );
  if (result.code !== 0) throw new Error(`kafka format: ${result.signal ?? `exit ${result.code}`}${tailOf(logFile)}`);
  const formatted = await readFile(join(first.logDir, 'meta.properties'), 'utf8');
  for (const { nodeId, logDir } of others) {
    await cp(first.logDir, logDir, { recursive: true });
    await writeFile(join(logDir, 'meta.properties'), metaPropertiesFor(nodeId, randomId(), formatted));
  }
}

function startBroker(context: NativeContext, folder: string, { nodeId, config }: Node): Promise<Started['handle']> {
  return context.supervisor.spawn({
    name: `broker-${nodeId}`,
    command: context.tools.java,
    args: [...javaArgs, '-Xmx256m', '-Xms64m', `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`, '-cp', context.tools.kafkaClasspath, 'kafka.Kafka', config],
    cwd: folder,
    env: baseEnvironment(),
    logFile: logFileOf(context, `broker-${nodeId}`),
    // Its data are thrown away with the stack, so nothing is gained by the seconds an orderly leave takes.
    stopSignal: 'SIGKILL',
  });
}

/** An administration client through the proxies, without retries of its own and quiet. */
export const kafkaAdmin = (advertisedPorts: readonly number[]) =>
  new Kafka({
    clientId: 'gatecrash',
    brokers: advertisedPorts.map((port) => `${HOST}:${port}`),
    connectionTimeout: 2000,
    requestTimeout: 5000,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
  }).admin();

/** Resolves when all brokers are registered under their proxies' ports, as seen through the proxies. */
export async function kafkaReady(context: NativeContext, handles: readonly Started['handle'][], advertisedPorts: readonly number[]): Promise<void> {
  const [first] = handles;
  const wait = { what: `${handles.length} kafka brokers ready`, timeoutMs: READY_TIMEOUT_MS, logFile: logFileOf(context, 'broker-1'), ...(first ? { process: first } : {}) };
  await waitFor(wait, async () => {
    const admin = kafkaAdmin(advertisedPorts);
    try {
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      const seen = brokers.map((broker) => broker.port);
      const missing = advertisedPorts.filter((port) => !seen.includes(port));
      if (missing.length > 0) throw new Error(`${seen.length} of ${advertisedPorts.length} are registered; missing: ports ${missing.join(', ')}`);
    } finally {
      await admin.disconnect();
    }
  });
}
