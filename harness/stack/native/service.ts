import { join } from 'node:path';
import type { ServiceOptions } from '../api.ts';
import { HOST, baseEnvironment, logFileOf } from './context.ts';
import type { NativeContext, Started } from './context.ts';
import { tailOf, waitFor } from './wait.ts';

const READY_TIMEOUT_MS = 30_000;
const MIGRATE_TIMEOUT_MS = 60_000;
/** kafkajs computes a negative delay now and then, which Node 26 warns about on standard error; it does no harm. */
const nodeArgs = ['--disable-warning=TimeoutNegativeWarning'];

/** Brings a database's tables to the service's present state, with the service's own program. */
export async function migrate(context: NativeContext, serviceDir: string, databaseUrl: string): Promise<void> {
  const logFile = logFileOf(context, 'migrate');
  const result = await context.supervisor.execute(
    { name: 'migrate', command: process.execPath, args: [...nodeArgs, join(serviceDir, 'migrate.ts')], cwd: serviceDir, env: { ...baseEnvironment(), DATABASE_URL: databaseUrl }, logFile },
    MIGRATE_TIMEOUT_MS,
  );
  if (result.code !== 0) throw new Error(`migrate: ${result.signal ?? `exit ${result.code}`}${tailOf(logFile)}`);
}

/** Starts the payment gateway's simulator and waits until it answers. Its ledger is a file of its own. */
export async function startGateway(context: NativeContext, serviceDir: string, port: number, ledgerFile: string): Promise<Started> {
  const env = { PORT: String(port), LEDGER_FILE: ledgerFile };
  return startNode(context, 'gateway', join(serviceDir, 'gateway/main.ts'), env, `http://${HOST}:${port}/health`);
}

/** Addresses of the service's dependencies, all through Toxiproxy. */
export interface ServiceAddresses {
  readonly port: number;
  /** the api as its users see it, through Toxiproxy */
  readonly url: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly gatewayUrl: string;
  readonly tokenSecret: string;
}

/** Starts the ticketing service and waits until /health/ready says 200. */
export async function startApi(context: NativeContext, options: ServiceOptions, addresses: ServiceAddresses): Promise<Started> {
  const env = {
    HOST,
    PORT: String(addresses.port),
    DATABASE_URL: addresses.databaseUrl,
    REDIS_URL: addresses.redisUrl,
    KAFKA_BROKERS: addresses.kafkaBrokers.join(','),
    KAFKA_TOPIC_PREFIX: options.topicPrefix,
    GATEWAY_URL: addresses.gatewayUrl,
    TOKEN_SECRET: addresses.tokenSecret,
    ...options.settings,
  };
  return startNode(context, 'api', join(options.serviceDir, 'server.ts'), env, `${addresses.url}/health/ready`);
}

async function startNode(context: NativeContext, name: string, script: string, env: Record<string, string>, readyUrl: string): Promise<Started> {
  const startedMs = performance.now();
  const logFile = logFileOf(context, name);
  const handle = await context.supervisor.spawn({ name, command: process.execPath, args: [...nodeArgs, script], env: { ...baseEnvironment(), NODE_ENV: 'production', ...env }, logFile });
  await waitFor({ what: `${name} ready`, timeoutMs: READY_TIMEOUT_MS, process: handle, logFile }, async () => {
    const response = await fetch(readyUrl, { signal: AbortSignal.timeout(2000) });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${readyUrl} answered ${response.status} ${body.slice(0, 200)}`);
  });
  return { handle, version: process.versions.node, readyMs: performance.now() - startedMs };
}
