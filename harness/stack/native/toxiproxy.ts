import { HOST, baseEnvironment, logFileOf } from './context.ts';
import type { NativeContext, Started } from './context.ts';
import { waitFor } from './wait.ts';

const READY_TIMEOUT_MS = 10_000;
const CALL_TIMEOUT_MS = 3000;

/** A way through Toxiproxy: who listens where, and what is behind it. */
export interface Route {
  readonly name: string;
  readonly listenPort: number;
  readonly upstreamPort: number;
}

export const toxiproxyApi = (port: number): string => `http://${HOST}:${port}`;

/** Starts Toxiproxy and opens a proxy for every route; what it then says it has is compared with what was asked. */
export async function startToxiproxy(context: NativeContext, port: number, routes: readonly Route[]): Promise<Started> {
  const startedMs = performance.now();
  const logFile = logFileOf(context, 'toxiproxy');
  const handle = await context.supervisor.spawn({
    name: 'toxiproxy',
    command: context.tools.toxiproxy,
    args: ['-host', HOST, '-port', String(port)],
    env: { ...baseEnvironment(), LOG_LEVEL: 'warn' },
    logFile,
  });
  const wait = { what: 'toxiproxy ready', timeoutMs: READY_TIMEOUT_MS, process: handle, logFile };
  const { version } = (await waitFor(wait, () => call(port, 'GET', '/version'))) as { version: string };
  for (const route of routes) {
    await call(port, 'POST', '/proxies', { name: route.name, listen: `${HOST}:${route.listenPort}`, upstream: `${HOST}:${route.upstreamPort}`, enabled: true });
  }
  await assertRoutes(port, routes);
  return { handle, version, readyMs: performance.now() - startedMs };
}

async function assertRoutes(port: number, routes: readonly Route[]): Promise<void> {
  const proxies = (await call(port, 'GET', '/proxies')) as Record<string, { listen: string; upstream: string; enabled: boolean }>;
  for (const { name, listenPort, upstreamPort } of routes) {
    const proxy = proxies[name];
    const asAsked = proxy?.enabled && proxy.listen === `${HOST}:${listenPort}` && proxy.upstream === `${HOST}:${upstreamPort}`;
    if (!asAsked) throw new Error(`toxiproxy: proxy ${name} reads back as ${JSON.stringify(proxy)}, wanted ${listenPort} → ${upstreamPort}`);
  }
}

async function call(port: number, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(toxiproxyApi(port) + path, { method, signal: AbortSignal.timeout(CALL_TIMEOUT_MS), ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`toxiproxy: ${method} ${path}: ${response.status} ${text.trim()}`);
  return JSON.parse(text);
}
