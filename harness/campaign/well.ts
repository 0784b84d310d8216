import { setTimeout as sleep } from 'node:timers/promises';
import { isService } from '../contracts/service-processes.ts';
import type { Stack } from '../stack/api.ts';
import { isAlive } from '../../chaos/drivers/proc.ts';
import { readProxies } from '../../chaos/drivers/toxiproxy.ts';
import { withKafkaAdmin } from '../targets/ticketing/kafka.ts';
import { withPostgres } from '../targets/ticketing/postgres.ts';
import { redisCommand } from '../targets/ticketing/wire.ts';

const CALL_TIMEOUT_MS = 3000;
const POLL_MS = 250;

/** Why the servers of a stack are not as they were when it was new, seen past the proxies; null when they are within `withinMs`. */
export async function whyNotWell(stack: Stack, withinMs: number): Promise<string | null> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const why = await look(stack);
    if (why === null || performance.now() > deadlineMs) return why;
    await sleep(POLL_MS);
  }
}

async function look(stack: Stack): Promise<string | null> {
  const dead = stack.components().filter(({ name, handle }) => handle !== undefined && !isService(name) && name !== 'gateway' && !isAlive(handle));
  if (dead.length > 0) return `${dead.map(({ name }) => name).join(', ')} ${dead.length === 1 ? 'has' : 'have'} ended`;
  const checks: readonly (readonly [server: string, check: Promise<void>])[] = [
    ['toxiproxy', proxiesAreClean(stack)],
    ['redis', redisCommand(stack.urls.redisDirect, 'PING', CALL_TIMEOUT_MS).then(() => undefined)],
    ['postgres', withPostgres(stack.urls.postgresDirect('postgres'), (client) => client.query('SELECT 1'), CALL_TIMEOUT_MS).then(() => undefined)],
    ['kafka', brokersAreInSync(stack)],
  ];
  const said = await Promise.all(checks.map(([server, check]) => check.then(() => null, (error: unknown) => `${server}: ${error instanceof Error ? error.message : String(error)}`)));
  return said.find((why) => why !== null) ?? null;
}

async function proxiesAreClean({ toxiproxyApi }: Stack): Promise<void> {
  for (const [name, { enabled, toxics }] of Object.entries(await readProxies(toxiproxyApi, AbortSignal.timeout(CALL_TIMEOUT_MS)))) {
    if (!enabled) throw new Error(`the proxy ${name} is off`);
    if (toxics.length > 0) throw new Error(`the proxy ${name} still has ${toxics.map((toxic) => toxic.name).join(', ')}`);
  }
}

async function brokersAreInSync({ urls }: Stack): Promise<void> {
  await withKafkaAdmin(urls.kafkaBrokers, async (admin) => {
    const { brokers } = await admin.describeCluster();
    if (brokers.length < urls.kafkaBrokers.length) throw new Error(`${brokers.length} of ${urls.kafkaBrokers.length} brokers are registered`);
    const { topics } = await admin.fetchTopicMetadata();
    const behind = topics.find(({ partitions }) => partitions.some(({ isr, replicas }) => isr.length < replicas.length));
    if (behind) throw new Error(`a replica of ${behind.name} is behind`);
  });
}
