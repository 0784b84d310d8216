import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessSpec } from '../../supervisor/api.ts';
import type { ServiceOptions } from '../api.ts';
import { HOST, baseEnvironment, logFileOf } from './context.ts';
import type { NativeContext, Started } from './context.ts';
import { nodeArgs } from './node-process.ts';
import { tailOf, waitFor } from './wait.ts';

const READY_TIMEOUT_MS = 30_000;
const MIGRATE_TIMEOUT_MS = 60_000;
/** Longer than HAProxy takes to hear that a replica is not ready any more. */
const DRAIN_MS = 1500;
/** How long a process of the service may take to end: it drains, then closes within 4 s. */
const STOP_TIMEOUT_MS = DRAIN_MS + 5000;
/** A service that cannot start is not tried more often than that; one that ran for a minute comes back at once. */
export const restartPolicy = { pauseMsMin: 500, pauseMsMax: 30_000, stableAfterMs: 60_000 } as const;

/** Brings a database's tables to the service's present state, with the service's own program. */
export async function migrate(context: NativeContext, serviceDir: string, databaseUrl: string): Promise<void> {
  const spec = nodeSpec(context, 'migrate', join(serviceDir, 'migrate.ts'), { DATABASE_URL: databaseUrl });
  const result = await context.supervisor.execute({ ...spec, cwd: serviceDir }, MIGRATE_TIMEOUT_MS);
  if (result.code !== 0) throw new Error(`migrate: ${result.signal ?? `exit ${result.code}`}${tailOf(spec.logFile)}`);
}

/** Starts the payment gateway's simulator and waits until it answers. Its ledger is a file of its own. */
export async function startGateway(context: NativeContext, serviceDir: string, port: number, ledgerFile: string): Promise<Started> {
  const env = { PORT: String(port), LEDGER_FILE: ledgerFile };
  return startNode(context, 'gateway', join(serviceDir, 'gateway/main.ts'), env, `http://${HOST}:${port}/health`);
}

/** Starts what stands in for a collector of traces and waits until it answers. */
export async function startCollector(context: NativeContext, port: number): Promise<Started> {
  return startNode(context, 'collector', join(import.meta.dirname, 'collector-main.ts'), { PORT: String(port) }, `http://${HOST}:${port}/health`);
}

/** Addresses of the service's dependencies, all through Toxiproxy. */
export interface ServiceAddresses {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly gatewayUrl: string;
  readonly tokenSecret: string;
  /** where traces are sent; without it none are */
  readonly tracesUrl?: string;
}

/** One process of the service: its name, what it does, and where it answers for its health. */
export interface ServiceStart {
  readonly name: string;
  readonly roles: string;
  readonly port: number;
  /** waited for until it says 200 */
  readonly readyUrl: string;
}

/** Starts a process of the ticketing service and waits until it is ready. */
export async function startServiceProcess(context: NativeContext, options: ServiceOptions, addresses: ServiceAddresses, { name, roles, port, readyUrl }: ServiceStart): Promise<Started> {
  const env = {
    HOST,
    PORT: String(port),
    ROLES: roles,
    DATABASE_URL: addresses.databaseUrl,
    REDIS_URL: addresses.redisUrl,
    KAFKA_BROKERS: addresses.kafkaBrokers.join(','),
    KAFKA_TOPIC_PREFIX: options.topicPrefix,
    GATEWAY_URL: addresses.gatewayUrl,
    TOKEN_SECRET: addresses.tokenSecret,
    ...(addresses.tracesUrl !== undefined && { TRACE_EXPORTER: 'otlp', TRACE_URL: addresses.tracesUrl }),
    ...(roles === 'api' && { DRAIN_MS: String(DRAIN_MS) }),
    ...options.settings,
  };
  return startNode(context, name, join(options.serviceDir, 'server.ts'), env, readyUrl);
}

/** A clock of its own for each process, by libfaketime, when a fault is to set one wrong; intervals are measured by another clock, which stays right. */
async function clockOf(context: NativeContext, name: string): Promise<Record<string, string>> {
  const { faketime } = context.tools;
  if (faketime === undefined || !context.topology.extras.includes('faketime')) return {};
  const folder = clockFolderOf(context);
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  await writeFile(file, '+0\n');
  return { LD_PRELOAD: faketime, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1', FAKETIME_CACHE_DURATION: '1' };
}

/** How far each clock is off, a file a process; only with the stack need `faketime`. */
export const clockFolderOf = ({ dataDir }: Pick<NativeContext, 'dataDir'>): string => join(dataDir, 'clocks');

async function startNode(context: NativeContext, name: string, script: string, env: Record<string, string>, readyUrl: string): Promise<Started> {
  const startedMs = performance.now();
  const { restart } = context.topology;
  const spec = nodeSpec(context, name, script, { NODE_ENV: 'production', ...(await clockOf(context, name)), ...env });
  const handle = await context.supervisor.spawn({ ...spec, ...(restart && { restart: restartPolicy }) });
  await waitUntilReady(name, readyUrl, { process: handle, logFile: spec.logFile });
  return { handle, version: process.versions.node, readyMs: performance.now() - startedMs };
}

/** Resolves when the address answers 200. */
export async function waitUntilReady(what: string, url: string, extra: Pick<Parameters<typeof waitFor>[0], 'process' | 'logFile'> = {}): Promise<void> {
  await waitFor({ what: `${what} ready`, timeoutMs: READY_TIMEOUT_MS, ...extra }, async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`${url} answered ${response.status} ${body.slice(0, 200)}`);
  });
}

function nodeSpec(context: NativeContext, name: string, script: string, env: Record<string, string>): ProcessSpec {
  const args = [...nodeArgs({ heapMb: context.topology.heapMb, snapshotDir: context.logDir }), script];
  return { name, command: process.execPath, args, env: { ...baseEnvironment(), ...env }, logFile: logFileOf(context, name), stopTimeoutMs: STOP_TIMEOUT_MS };
}
