import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import { Client } from 'pg';
import { Redis } from 'ioredis';
import type { UpFile } from '../../harness/up/up-file.ts';

/** The work folders below a temporary folder, by which what belongs to a run is named. */
export const workDirsIn = (temporary: string): string[] => readdirSync(temporary).filter((name) => name.startsWith('gatecrash-'));

/** What a killed run has left on the machine: its control groups, mounts, network namespaces; nothing when all is well. Another run beside it has its own. */
export function leftOnMachine(temporary: string, workDirs: readonly string[]): string[] {
  const groups = globSync('/sys/fs/cgroup/{,*/,*/*/}gatecrash*').filter((path) => workDirs.some((name) => path.includes(name))).map((path) => `control group ${path}`);
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n').filter((line) => line.includes(temporary)).map((line) => `mount ${line}`);
  const spaces = existsSync('/run/netns') ? readdirSync('/run/netns').filter((name) => name.startsWith('gatecrash')).map((name) => `network namespace ${name}`) : [];
  const files = readdirSync(temporary).filter((name) => name !== 'runs' && !name.startsWith('node-compile-cache')).map((name) => `file ${name}`);
  return [...groups, ...mounts, ...spaces, ...files];
}

/** What a killed run has left in the servers of a stack that goes on: proxies, settings, sessions, stopped processes. */
export async function leftInStack({ urls }: UpFile, pids: readonly number[]): Promise<string[]> {
  const [proxies, behaviour, redis, sessions] = await Promise.all([proxyFaults(urls['toxiproxy']!), gatewayFaults(urls['gateway']!), redisFaults(urls['redis']!), foreignSessions(urls['postgres']!)]);
  const stopped = pids.filter((pid) => / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/\(.*\)/, ''))).map((pid) => `pid ${pid} is stopped`);
  return [...proxies, ...behaviour, ...redis, ...sessions, ...stopped];
}

async function proxyFaults(url: string): Promise<string[]> {
  const proxies = (await (await fetch(`${url}/proxies`)).json()) as Record<string, { enabled: boolean; toxics: { name: string }[] }>;
  return Object.entries(proxies).flatMap(([name, { enabled, toxics }]) => [...(enabled ? [] : [`proxy ${name} is closed`]), ...toxics.map((toxic) => `toxic ${toxic.name} on ${name}`)]);
}

async function gatewayFaults(url: string): Promise<string[]> {
  const response = await fetch(`${url}/behaviour`, { signal: AbortSignal.timeout(3000) });
  const behaviour = (await response.json()) as Record<string, number>;
  return Object.entries(behaviour).flatMap(([name, value]) => (/share|added/i.test(name) && value !== 0 ? [`gateway: ${name} ${value}`] : []));
}

async function redisFaults(url: string): Promise<string[]> {
  const redis = new Redis(url);
  try {
    const [, maxmemory] = (await redis.config('GET', 'maxmemory')) as string[];
    return maxmemory === '0' ? [] : [`Redis: maxmemory ${maxmemory}`];
  } finally {
    redis.disconnect();
  }
}

async function foreignSessions(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>("SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'gatecrash%'");
    return rows.map(({ name }) => `session ${name}`);
  } finally {
    await client.end();
  }
}

