import { mkdir, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { FaultWorld } from '../world.ts';
import { untilSeen } from './deadline.ts';
import { MARK } from './marked.ts';
import { whyNotOpen } from './tcp.ts';
import { setUpstream, upstreamOf } from './toxiproxy.ts';

const READY_WITHIN_MS = 4000;
const AGENT_PORT = 8000;
const USERS_PORT = 8001;
const ONWARD_PORT = 8002;
/** Longer than any fault: the agent is ended, and ends by itself only where nobody is left to do so. */
const AGENT_HOLDS = '24h';

export interface Disruption {
  /** What the fault's processes are found by. */
  readonly mark: string;
  /** Only requests whose path begins so. */
  readonly path: string;
  /** Of `xk6-disruptor-agent http`: rate and error, average delay and variation. */
  readonly agentArgs: readonly string[];
}

/** By which the helper processes of a fault of this stack are found, whoever looks for them. */
export const markOf = (world: FaultWorld, fault: { readonly id: string }): string => `${world.toxiproxyApi}/${fault.id}`;

/**
 * Sends what users ask of the api, where the path begins so, through the agent of xk6-disruptor:
 *
 *     users → Toxiproxy "api" → HAProxy (by path) → agent → HAProxy → api, or the balancer in front of its replicas
 *                                                └───────────────────↗
 *
 * The agent listens on all interfaces, so it lives in a network namespace that has one wire to ours and nothing else.
 * The namespace is its process's own: it is gone, and the wire with it, as soon as the agent is. Connections that are
 * open when the way changes are closed.
 */
export async function disrupt(world: FaultWorld, { mark, path, agentArgs }: Disruption): Promise<void> {
  const { name: proxy } = world.proxyOf('api');
  const upstream = await upstreamOf(world.toxiproxyApi, proxy);
  const dir = join(world.workDir, `disruptor-${Date.now()}`);
  await mkdir(dir);
  const wire = wireOf(process.pid);
  const agent = [world.tool('disruptor'), 'http', '--transparent=false', '-d', AGENT_HOLDS, '-p', String(AGENT_PORT), '-t', String(ONWARD_PORT), '--upstream-host', wire.ours, ...agentArgs];
  const start = async (helper: string, command: string, args: readonly string[]): Promise<void> => {
    await world.processes.run({ name: helper, command, args, env: { [MARK]: mark, XDG_RUNTIME_DIR: dir } });
    await world.processes.expectEnd(helper);
  };
  await start('disruptor', 'unshare', ['--net', 'sh', '-e', '-c', wireScript, 'sh', String(process.pid), wire.name, wire.ours, wire.its, ...agent]);
  await wired(wire);
  await listening(wire.its, AGENT_PORT);
  const config = join(dir, 'haproxy.cfg');
  await writeFile(config, splitterConfig(path, upstream, wire));
  await start('disruptor-splitter', world.tool('haproxy'), ['-db', '-f', config]);
  await listening(wire.ours, USERS_PORT);
  await setUpstream(world.toxiproxyApi, proxy, `${wire.ours}:${USERS_PORT}`);
}

interface Wire {
  readonly name: string;
  readonly ours: string;
  readonly its: string;
}

/** A pair of addresses of a range that is for measurements between machines (RFC 2544) and routed nowhere. */
function wireOf(pid: number): Wire {
  const base = (pid % 0x8000) * 4;
  const address = (host: number): string => `198.${18 + (base >>> 16)}.${(base >>> 8) & 255}.${(base & 255) + host}`;
  return { name: `gc${pid}`, ours: address(1), its: address(2) };
}

/** Runs in the new namespace: a wire between it and that of process $1, an address at both ends, then the program. */
const wireScript = `
host=$1 name=$2 ours=$3 its=$4; shift 4
ip link set lo up
ip link add "$name"i type veth peer name "$name"o netns "$host"
ip addr add "$its"/30 dev "$name"i
ip link set "$name"i up
nsenter --target "$host" --net ip addr add "$ours"/30 dev "$name"o
nsenter --target "$host" --net ip link set "$name"o up
exec "$@"`;

const splitterConfig = (path: string, upstream: string, { ours, its }: Wire): string => `global
  nbthread 1
  log stdout format iso local0 notice

defaults
  mode http
  log global
  retries 0
  timeout connect 1s
  timeout client 75s
  timeout server 75s
  timeout http-request 10s

frontend users
  bind ${ours}:${USERS_PORT}
  use_backend agent if { path_beg "${path}" }
  default_backend api

frontend onward
  bind ${ours}:${ONWARD_PORT}
  default_backend api

backend agent
  server agent ${its}:${AGENT_PORT}

backend api
  server api ${upstream}
`;

/** Until the wire is there its addresses would be looked for outside of this machine, where who knows what answers. */
function wired({ name, ours }: Wire): Promise<true> {
  const what = 'a wire to the network namespace (see the log of disruptor)';
  return untilSeen({ what, withinMs: READY_WITHIN_MS, pauseMs: 20 }, () => networkInterfaces()[`${name}o`]?.some(({ address }) => address === ours) ?? false);
}

async function listening(host: string, port: number): Promise<void> {
  let why: string | undefined;
  const what = (): string => `somebody who listens on ${host}:${port}, at last ${why} (see the logs of disruptor and disruptor-splitter)`;
  await untilSeen({ what, withinMs: READY_WITHIN_MS, pauseMs: 50 }, async () => (why = await whyNotOpen(host, port)) === undefined);
}
