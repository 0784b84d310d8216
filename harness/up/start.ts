import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../contracts/fail.ts';
import type { Plan, Topology } from '../contracts/plan.ts';
import type { DatasetFile } from '../contracts/stack.ts';
import { projectRoot } from '../root.ts';
import { withLock } from '../setup/lock.mjs';
import { lockDirOf } from '../setup/paths.mjs';
import { ensureTools, extraToolsOf } from '../setup/tools.ts';
import type { NativeStack } from '../stack/native/native-stack.ts';
import { startNativeStack } from '../stack/native/start.ts';
import type { Supervisor } from '../supervisor/api.ts';
import { startSupervisor } from '../supervisor/client.ts';
import { isAlive, processInfo } from '../../chaos/drivers/proc.ts';
import { recoverLines } from '../supervisor/recover-text.ts';
import { recover } from '../supervisor/recover.ts';
import { prepareTicketing } from '../targets/ticketing/prepare.ts';
import { readUpFile, upFilePath, writeUpFile, type UpFile } from './up-file.ts';

/** What `up` starts. */
export interface UpOptions {
  /** Where users reach the api; 0: a free port. */
  readonly port: number;
  readonly topology: Topology;
  readonly dataset: Plan['dataset'];
  /** Settings of the service that differ from what is shipped. */
  readonly settings: Readonly<Record<string, string>>;
  /** One line of progress for people. */
  report(line: string): void;
}

/** Two at once would each see that the other is not there yet; `down` waits for one that is just starting. */
export const withUpLock = <T>(report: (line: string) => void, work: () => Promise<T>): Promise<T> =>
  withLock(join(lockDirOf(process.env), 'up.lock'), work, { onWait: (pid) => report(`waiting for process ${pid}, which is starting or stopping a stack`) });

/**
 * Starts stack and service with a seeded opening and leaves them running under a supervisor of their own. A UsageError
 * when a stack is up already or the port is taken. When it fails, or is interrupted, the supervisor takes it all down.
 */
export function startUp(options: UpOptions): Promise<UpFile> {
  return withUpLock(options.report, () => start(options));
}

async function start(options: UpOptions): Promise<UpFile> {
  const { port, topology, report } = options;
  for (const line of recoverLines(await recover())) report(`left by what was killed, ${line}`);
  await assertNotUp();
  await assertPortFree(port);
  const tools = await ensureTools(report, extraToolsOf(topology));
  const workDir = await mkdtemp(join(tmpdir(), 'gatecrash-up-'));
  let supervisor: Supervisor | undefined;
  try {
    await chmod(workDir, 0o755); // The servers' user must be able to reach its folders below.
    const logDir = join(workDir, 'logs');
    await mkdir(logDir);
    supervisor = await startSupervisor({ logFile: join(logDir, 'supervisor.log') });
    const path = upFilePath();
    for (const owned of [workDir, path]) await supervisor.ownFolder(owned);
    const stack = await startNativeStack({ supervisor, tools, workDir, logDir, report, topology, ...(port !== 0 && { apiPort: port }) });
    const adminKey = randomBytes(24).toString('base64url');
    const dataset = await prepareTicketing({
      stack,
      dataset: options.dataset,
      settings: { NODE_ENV: 'development', ADMIN_KEY: adminKey, ...options.settings },
      runId: 'up',
      serviceDir: join(projectRoot, 'service'),
    });
    const up = describe(options, { stack, supervisor, dataset, logDir, adminKey });
    writeUpFile(up, path);
    await supervisor.leave();
    return up;
  } catch (error) {
    await supervisor?.close();
    await rm(workDir, { recursive: true, force: true });
    throw error;
  }
}

async function assertNotUp(): Promise<void> {
  const up = await readUpFile();
  if (up === undefined || !isAlive(up.supervisor)) return;
  const since = new Date(up.startedAtMs).toISOString().slice(0, 19).replace('T', ' ');
  throw new UsageError([{ message: `a stack is up already, at ${up.urls['api']} since ${since} UTC`, fix: '"npx gatecrash down" ends it, "npx gatecrash status" shows it' }]);
}

async function assertPortFree(port: number): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen({ port, host: '127.0.0.1', exclusive: true }), 'listening');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError([{ message: code === 'EADDRINUSE' ? `port ${port} of 127.0.0.1 is taken` : `port ${port} of 127.0.0.1 cannot be used: ${code}`, fix: 'end what listens there, or name another: --port 3001 (0: a free one)' }]);
  } finally {
    server.close();
  }
}

interface Started {
  readonly stack: NativeStack;
  readonly supervisor: Supervisor;
  readonly dataset: DatasetFile;
  readonly logDir: string;
  readonly adminKey: string;
}

function describe({ topology, dataset: wanted, settings }: UpOptions, { stack, supervisor, dataset, logDir, adminKey }: Started): UpFile {
  const { urls } = stack;
  const healthUrls = new Map([...urls.service.map(({ name, url }) => [name, `${url}/health/ready`] as const), ['gateway', `${urls.gatewayDirect}/health`]]);
  return {
    schemaVersion: 1,
    supervisor: { pid: supervisor.pid, startTicks: processInfo(supervisor.pid)?.startTicks ?? '' },
    startedAtMs: Date.now(),
    logDir,
    replicas: topology.replicas,
    adminKey,
    settings: { ...settings },
    dataset: { database: dataset.database, schedules: dataset.schedules, seatsPerSchedule: wanted.seatsPerSchedule, priceKrw: wanted.priceKrw },
    layout: stack.layout as UpFile['layout'],
    urls: {
      api: urls.api,
      docs: `${urls.api}/docs`,
      ...Object.fromEntries(urls.service.map(({ name, url }) => [urls.service.length === 1 ? 'metrics' : `metrics of ${name}`, `${url}/metrics`])),
      postgres: urls.postgresDirect(dataset.database),
      redis: urls.redisDirect,
      kafka: urls.kafkaBrokers.join(','),
      gateway: urls.gatewayDirect,
      toxiproxy: stack.toxiproxyApi,
      ...(urls.balancer !== undefined && { haproxy: urls.balancer }),
    },
    components: stack.components().map(({ name, version, directPort, proxyPort }) => {
      const healthUrl = healthUrls.get(name);
      return { name, version, ...(directPort !== undefined && { directPort }), ...(proxyPort !== undefined && { proxyPort }), ...(healthUrl !== undefined && { healthUrl }) };
    }),
  };
}
