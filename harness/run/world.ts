import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { decodeLatencies, LatencyCounts } from '../../reports/stats/histogram.ts';
import type { FaultWorld, Processes } from '../../chaos/world.ts';
import type { Bus } from '../contracts/bus.ts';
import { badClasses } from '../contracts/endpoint.ts';
import { artefacts } from '../contracts/run-folder.ts';
import type { SeriesRow } from '../contracts/series.ts';
import type { DatasetFile } from '../contracts/stack.ts';
import type { Tools } from '../setup/tools.ts';
import type { Stack } from '../stack/api.ts';
import { baseEnvironment } from '../stack/native/context.ts';
import type { Supervisor } from '../supervisor/api.ts';
import { isAlive } from '../../chaos/drivers/proc.ts';
import { metricReaders } from '../targets/ticketing/metric-reader.ts';
import { canaryFor } from '../targets/ticketing/probes.ts';

export interface WorldDeps {
  readonly stack: Stack;
  readonly dataset: DatasetFile;
  readonly supervisor: Supervisor;
  readonly tools: Tools;
  readonly bus: Bus;
  readonly adminKey: string;
  readonly runDir: string;
  readonly workDir: string;
}

/** A key for the service's operations routes that holds for one run. */
export const newAdminKey = (): string => randomBytes(24).toString('base64url');

/** What the faults of a run may act on and look at. */
export function faultWorld(deps: WorldDeps): FaultWorld & Disposable {
  const { stack, dataset, bus } = deps;
  const users = watchUsers(bus);
  return {
    toxiproxyApi: stack.toxiproxyApi,
    proxyOf(target) {
      const proxy = stack.proxies[target];
      if (!proxy) throw new Error(`there is no proxy in front of ${target}`);
      return proxy;
    },
    addresses: {
      redisDirect: stack.urls.redisDirect,
      postgresDirect: stack.urls.postgresDirect(dataset.database),
      postgresProxied: stack.urls.postgresProxied(dataset.database),
      kafkaBrokers: stack.urls.kafkaBrokers,
      gatewayDirect: stack.urls.gatewayDirect,
      api: stack.urls.api,
      service: stack.urls.service,
      ...(stack.urls.balancer !== undefined && { balancer: stack.urls.balancer }),
    },
    topicPrefix: dataset.topicPrefix,
    adminKey: deps.adminKey,
    processes: processesOf(deps),
    canary: (target, payloadBytes) => canaryFor(target, stack, payloadBytes),
    metric: metricReaders(stack),
    users,
    tool(name) {
      const path = { haproxy: deps.tools.haproxy?.path, disruptor: deps.tools.disruptor }[name];
      if (path === undefined) throw new Error(`set-up has built no ${name}`);
      return path;
    },
    ...(stack.clockFolder !== undefined && { clockFolder: stack.clockFolder }),
    ...(stack.smallDisk && { smallDisk: stack.smallDisk.folder }),
    workDir: deps.workDir,
    [Symbol.dispose]: () => users[Symbol.dispose](),
  };
}

function processesOf({ stack, supervisor, runDir }: WorldDeps): Processes {
  const handleOf = (name: string) => stack.components().find((component) => component.name === name)?.handle;
  const runs = (name: string): boolean => {
    const handle = handleOf(name);
    return handle !== undefined && isAlive(handle);
  };
  return {
    runs,
    find(name) {
      const handle = handleOf(name);
      if (!handle || !runs(name)) throw new Error(`${name} does not run`);
      return { pid: handle.pid, startTicks: handle.startTicks };
    },
    signal: (name, signal) => supervisor.signal(name, signal),
    expectEnd: (name) => supervisor.expectEnd(name),
    start: (name) => supervisor.start(name),
    stop: (name) => supervisor.stop(name),
    async run({ name, command, args, env = {} }) {
      const { pid, startTicks } = await supervisor.spawn({ name, command, args, env: { ...baseEnvironment(), ...env }, logFile: join(runDir, artefacts.logs, `${name}.log`) });
      return { pid, startTicks };
    },
  };
}

/** Counts on the bus what the users see. */
function watchUsers(bus: Bus): FaultWorld['users'] & Disposable {
  let unanswered = 0;
  let bad = 0;
  let medianMs: number | null = null;
  let p95Ms: number | null = null;
  let latencies = new LatencyCounts();
  const onSeries = (row: SeriesRow): void => {
    if (row.class === 'network' || row.class === 'timeout') unanswered += row.count;
    if (badClasses.has(row.class)) bad += row.count;
    if (row.histogram !== undefined) latencies.merge(decodeLatencies(row.histogram));
  };
  const onSecond = (): void => {
    medianMs = inMs(latencies.quantile(0.5));
    p95Ms = inMs(latencies.quantile(0.95));
    latencies = new LatencyCounts();
  };
  bus.on('series', onSeries).on('second-closed', onSecond);
  return {
    unanswered: () => unanswered,
    bad: () => bad,
    medianMs: () => medianMs,
    p95Ms: () => p95Ms,
    [Symbol.dispose]: () => void bus.off('series', onSeries).off('second-closed', onSecond),
  };
}

const inMs = (us: number | null): number | null => (us === null ? null : us / 1000);
