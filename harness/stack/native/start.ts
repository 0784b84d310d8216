import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultTopology, type Topology } from '../../contracts/plan.ts';
import { projectRoot } from '../../setup/paths.mjs';
import type { Tools } from '../../setup/tools.ts';
import type { Supervisor } from '../../supervisor/api.ts';
import type { Component } from '../api.ts';
import { componentLine } from './component-line.ts';
import type { NativeContext, Started } from './context.ts';
import { kafkaReady, startBrokers } from './kafka.ts';
import { layOut } from './layout.ts';
import type { Layout } from './layout.ts';
import { NativeStack, TEMPLATE_DATABASE } from './native-stack.ts';
import { Ports } from './ports.ts';
import { postgresUrl, query, startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { migrate } from './service.ts';
import { makeSmallDisk, type SmallDisk } from './small-disk.ts';
import { startToxiproxy } from './toxiproxy.ts';

export interface NativeStackOptions {
  readonly supervisor: Supervisor;
  readonly tools: Tools;
  /** Temporary folder that the supervisor owns, below which every user can enter; the servers' data go there. */
  readonly workDir: string;
  /** Existing folder for the logs of all processes: NAME.log. */
  readonly logDir: string;
  /** Gets a line for each component as soon as it answers, the service's included. */
  readonly report: (line: string) => void;
  /** Folder of the service whose migrations make the template database; default: the project's. */
  readonly serviceDir?: string;
  /** How the service runs; default: one process with all roles. */
  readonly topology?: Topology;
  /** Port on which users reach the api; default: a free one. */
  readonly apiPort?: number;
}

/**
 * Starts PostgreSQL, Redis, three Kafka brokers and Toxiproxy side by side, on free ports of 127.0.0.1, and makes the
 * template database. The supervisor stops it all: there is no other way to end it. Rejects with the name of the wait
 * that failed and the end of the component's log.
 */
export async function startNativeStack(options: NativeStackOptions): Promise<NativeStack> {
  const { supervisor, tools, workDir, logDir, report, serviceDir = join(projectRoot, 'service'), topology = defaultTopology, apiPort } = options;
  const dataDir = join(workDir, 'stack');
  // PostgreSQL may run as another user and must get through to its own folder, which nobody else can read.
  await mkdir(dataDir);
  await chmod(dataDir, 0o711);
  const context: NativeContext = { supervisor, tools, dataDir, logDir, topology };
  using ports = await Ports.take();
  // The stack uses its ports as long as the supervisor runs, which may be longer than this process.
  await supervisor.guardPort(ports.guard);
  const layout = await layOut(ports, { replicas: topology.replicas, collector: topology.extras.includes('collector'), ...(apiPort !== undefined && { apiPort }) });
  const components = new Map<string, Component>();
  const up = (component: Component): void => {
    components.set(component.name, component);
    report(componentLine(component));
  };
  const smallDisk = await startServers(context, layout, serviceDir, up);
  return new NativeStack(context, layout, components, up, smallDisk);
}

async function startServers(context: NativeContext, layout: Layout, serviceDir: string, up: (component: Component) => void): Promise<SmallDisk | undefined> {
  const server = (name: string, directPort: number, started: Started): void => {
    const proxyPort = layout.routes.find((route) => route.name === name)?.listenPort;
    up({ name, directPort, ...started, ...(proxyPort === undefined ? {} : { proxyPort }) });
  };
  const toxiproxy = startToxiproxy(context, layout.toxiproxy, layout.routes).then((started) => server('toxiproxy', layout.toxiproxy, started));
  const redis = startRedis(context, layout.redis).then((started) => server('redis', layout.redis, started));
  const postgres = startPostgres(context, layout.postgres).then(async (started) => {
    server('postgres', layout.postgres, started);
    await query(layout.postgres, 'postgres', `CREATE DATABASE ${TEMPLATE_DATABASE}`);
    await migrate(context, serviceDir, postgresUrl(layout.postgres, TEMPLATE_DATABASE));
    return context.topology.extras.includes('small-disk') ? makeSmallDisk(context, layout.postgres) : undefined;
  });
  const kafka = (async () => {
    const startedMs = performance.now();
    const handles = await startBrokers(context, layout.brokers);
    // Without the proxies nobody can ask the brokers anything.
    await toxiproxy;
    await kafkaReady(context, handles, layout.brokers.map((broker) => broker.advertisedPort));
    const readyMs = performance.now() - startedMs;
    handles.forEach((handle, index) => server(handle.name, layout.brokers[index]?.client ?? 0, { handle, version: context.tools.versions.kafka, readyMs }));
  })();
  const [smallDisk] = await Promise.all([postgres, toxiproxy, redis, kafka]);
  return smallDisk;
}
