import { pino } from 'pino';
import { Database } from '../../service/clients/postgres.ts';
import { RedisClient } from '../../service/clients/redis.ts';
import { parseConfig } from '../../service/config.ts';
import type { Context, Visit } from '../../service/context.ts';
import type { TokenClaims } from '../../service/domain/token.ts';
import { defaultLiveSettings } from '../../service/live/settings.ts';
import { createMetrics } from '../../service/metrics/metrics.ts';
import { Queue } from '../../service/queue/queue.ts';
import { startTracing } from '../../service/tracing/tracing.ts';
import { openTestStack } from '../support/global-setup.ts';
import { startTestService } from '../support/service.ts';
import { median } from './median.ts';
import { SortedSetQueue } from './queue-sorted-set.ts';

/**
 * `npm run bench:queue`: the queue as it is (places in PostgreSQL, a watermark) against one in a sorted set of Redis: calls
 * a second of one process without HTTP, and what a Redis that comes back empty leaves of either. docs/decisions/queue.md.
 */
const rounds = 5;
const concurrency = 32;
const entries = 3000;
const polls = 6000;

const { stack, close } = await openTestStack();
try {
  // The worker of this service admits; what is measured is the code behind the route, with connections of its own.
  await using shop = await startTestService(stack, { roles: 'worker', settings: { QUEUE_ACTIVE_CAP: '1' } });
  const config = parseConfig({ ...shop.env, ROLES: 'api' });
  const [metrics, log] = [createMetrics(), pino({ level: 'silent' })];
  const tracing = await startTracing({ exporter: 'none', url: undefined, sampleRatio: 0, environment: 'bench' }, metrics, log);
  const db = new Database({ url: config.databaseUrl, applicationName: 'bench', connectionsMax: config.dbPoolMax, waitMs: 1000, statementTimeoutMs: 5000, lockTimeoutMs: 1000 }, metrics, log, tracing);
  const redis = new RedisClient({ url: config.redisUrl, keyPrefix: config.redisKeyPrefix, timeoutMs: 1000, breakerResetMs: 1000 }, metrics, log, tracing);
  const nobody = { admission() {}, relay() {}, settlement() {} };
  const queue = new Queue({ config, db, redis, metrics, log, tracing, live: { current: defaultLiveSettings }, wake: nobody } as unknown as Context);
  const visit = (): Visit => ({ trace: '', traceparent: '', degraded: new Set(), deadlineMs: Date.now() + 60_000, abandoned: false });
  await using sortedSet = new SortedSetQueue(config.redisUrl, config.redisKeyPrefix);
  await sortedSet.enter('warm-up');
  await queue.enter('warm-up', undefined, visit());

  const tokens = new Map<string, TokenClaims>();
  const perSecond: Record<string, { places: number[]; sortedSet: number[] }> = { enter: { places: [], sortedSet: [] }, poll: { places: [], sortedSet: [] } };
  for (let round = 0; round <= rounds; round++) {
    const users = Array.from({ length: entries }, (_none, index) => `round-${round}-${index}`);
    const asked = Array.from({ length: polls }, (_none, index) => users[(index * 7919) % entries]!);
    const measured = {
      enter: {
        places: await rate(users, async (user) => void tokens.set(user, queue.claimsOf((await queue.enter(user, undefined, visit())).token))),
        sortedSet: await rate(users, (user) => sortedSet.enter(user)),
      },
      poll: { places: await rate(asked, (user) => queue.status(tokens.get(user)!, visit())), sortedSet: await rate(asked, (user) => sortedSet.position(user)) },
    };
    if (round === 0) continue; // warms up
    for (const call of ['enter', 'poll'] as const) for (const design of ['places', 'sortedSet'] as const) perSecond[call]![design].push(measured[call][design]);
  }

  await shop.emptyRedis();
  const sample = [...tokens.keys()].filter((_user, index) => index % 50 === 0);
  let [kept, ranked] = [0, 0];
  for (const user of sample) {
    const again = queue.claimsOf((await queue.enter(user, undefined, visit())).token);
    if (again.seq === tokens.get(user)!.seq) kept++;
    if ((await sortedSet.position(user)) !== null) ranked++;
  }
  for (const [call, { places, sortedSet: set }] of Object.entries(perSecond)) {
    const ratio = median(places.map((value, index) => value / set[index]!));
    process.stdout.write(`${call.padEnd(6)} places ${Math.round(median(places))}/s, sorted set ${Math.round(median(set))}/s: ratio ${ratio.toFixed(2)}\n`);
  }
  process.stdout.write(`Redis emptied, ${sample.length} of ${tokens.size} asked again: places ${kept} have their place, sorted set ${ranked}\n`);
  redis.close();
  await db.close();
} finally {
  await close();
}
process.exit(0);

/** Calls a second, so many at once. */
async function rate<T>(items: readonly T[], call: (item: T) => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < items.length) await call(items[next++]!);
    }),
  );
  return items.length / ((performance.now() - startedMs) / 1000);
}
