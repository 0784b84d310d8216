import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOST, baseEnvironment, logFileOf } from './context.ts';
import type { NativeContext, Started } from './context.ts';
import { restartPolicy } from './service.ts';
import { waitFor } from './wait.ts';

const READY_TIMEOUT_MS = 10_000;

export interface HaproxyOptions {
  readonly listenPort: number;
  /** its own page, `/;csv` for programs */
  readonly statsPort: number;
  readonly replicas: readonly { readonly name: string; readonly port: number }[];
}

/** The service's own shape of an answer, for when none of its processes can give one. */
const problem = (status: number, code: string, title: string, detail: string): string =>
  `http-error status ${status} content-type application/problem+json lf-string '${JSON.stringify({ type: 'about:blank', title, status, code, detail, retryable: true, traceId: '%[uuid()]' })}' hdr Retry-After 1`;

/**
 * Configuration of the load balancer. A replica is asked each second whether it is ready, and is left out after two
 * refusals 200 ms apart; a connection that fails has it asked at once. When none is ready all are asked: what they can
 * still answer (from cache, or a 503 of their own) is better than nothing. A request is sent again to another replica
 * only when it cannot have had an effect: when it was never sent, or when it only reads.
 */
export function haproxyConfig({ listenPort, statsPort, replicas }: HaproxyOptions): string {
  const servers = replicas.map(({ name, port }) => `  server ${name} ${HOST}:${port}`);
  return `global
  nbthread 1
  log stdout format iso local0 notice

defaults
  mode http
  log global
  timeout connect 500ms
  timeout check 3s
  timeout client 75s
  timeout http-request 10s
  timeout server 10s
  option forwardfor if-none
  option redispatch 1
  retries 3
  retry-on conn-failure empty-response
  ${problem(502, 'BAD_GATEWAY', 'Bad Gateway', 'the process that had the request ended; the outcome is unknown')}
  ${problem(503, 'NO_REPLICA', 'Service Unavailable', 'no process of the service can be reached')}
  ${problem(504, 'GATEWAY_TIMEOUT', 'Gateway Timeout', 'no answer in time; the outcome is unknown')}

frontend api
  bind ${HOST}:${listenPort}
  use_backend any if { nbsrv(ready) eq 0 }
  default_backend ready

backend ready
  balance leastconn
  http-request disable-l7-retry unless METH_GET
  option httpchk
  http-check send meth GET uri /health/ready
  http-check expect status 200
  default-server check inter 1s fastinter 200ms fall 2 rise 1 observe layer4 error-limit 1 on-error fastinter
${servers.join('\n')}

backend any
  balance roundrobin
  http-request disable-l7-retry unless METH_GET
${servers.join('\n')}

frontend stats
  bind ${HOST}:${statsPort}
  no log
  stats enable
  stats uri /
`;
}

/** Starts HAProxy in front of the replicas; it answers before any of them does. */
export async function startHaproxy(context: NativeContext, options: HaproxyOptions): Promise<Started> {
  const { supervisor, tools, dataDir, topology } = context;
  if (tools.haproxy === undefined) throw new Error('several replicas need HAProxy, which was not set up');
  const config = join(dataDir, 'haproxy.cfg');
  await writeFile(config, haproxyConfig(options));
  const startedMs = performance.now();
  const logFile = logFileOf(context, 'haproxy');
  const handle = await supervisor.spawn({
    name: 'haproxy',
    command: tools.haproxy.path,
    // In the foreground: what goes to the background has left its supervisor.
    args: ['-db', '-f', config],
    env: baseEnvironment(),
    logFile,
    ...(topology.restart && { restart: restartPolicy }),
  });
  await waitFor({ what: 'haproxy ready', timeoutMs: READY_TIMEOUT_MS, process: handle, logFile }, async () => {
    const response = await fetch(`http://${HOST}:${options.statsPort}/;csv`, { signal: AbortSignal.timeout(1000) });
    if (!response.ok) throw new Error(`its page answered ${response.status}`);
  });
  return { handle, version: tools.haproxy.version ?? 'of unknown version', readyMs: performance.now() - startedMs };
}
