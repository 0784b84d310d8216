import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { pino } from 'pino';
import { createTopics, withKafkaAdmin } from '../../harness/targets/ticketing/kafka.ts';
import { topicsOf } from '../../harness/targets/ticketing/names.ts';
import { withPostgres } from '../../harness/targets/ticketing/postgres.ts';
import { seedDataset } from '../../harness/targets/ticketing/seed.ts';
import { buildService, type Service } from '../../service/app.ts';
import { parseConfig } from '../../service/config.ts';
import { GatewayLedger } from '../../service/gateway/ledger.ts';
import { buildGateway } from '../../service/gateway/main.ts';
import { Buyer } from './buyer.ts';
import type { TestStack } from './global-setup.ts';
import { openProxy, type TestProxy } from './test-proxy.ts';

export interface TestServiceOptions {
  /** comma list; api, worker and consumer */
  readonly roles?: string;
  /** settings that differ */
  readonly settings?: Readonly<Record<string, string>>;
  readonly seats?: number;
  /** Another gateway than the simulator, by its address. */
  readonly gatewayUrl?: string;
  /** false: no topics are made, for tests that are not about events; they stay in the outbox. */
  readonly topics?: boolean;
}

/** The service over real servers, with a database, topics, Redis keys and proxies of its own. Not listening: `inject` it. */
export interface TestService extends AsyncDisposable {
  readonly service: Service;
  /** Environment a process of the service needs to be a second one beside this. */
  readonly env: Readonly<Record<string, string>>;
  readonly topicPrefix: string;
  readonly redis: TestProxy;
  readonly postgres: TestProxy;
  readonly gatewayLedger: GatewayLedger;
  /** As after a failover that lost everything: this service's keys are gone. */
  emptyRedis(): Promise<void>;
  /** Rows of the database, past the proxy. */
  rows<R>(sql: string, values?: readonly unknown[]): Promise<R[]>;
  /** Value of one series, e.g. `breaker_state{dependency="redis"}`. */
  metric(series: string): Promise<number>;
  /** Somebody with a place in the queue. */
  buyer(user?: string): Promise<Buyer>;
}

export const SCHEDULE = 'schedule_1';
export const PRICE = 50_000;

export async function startTestService(stack: TestStack, options: TestServiceOptions = {}): Promise<TestService> {
  const id = randomBytes(5).toString('hex');
  const database = `test_${id}`;
  const topicPrefix = `test-${id}-`;
  await using undo = new AsyncDisposableStack();

  await withPostgres(stack.postgresAdminUrl, (client) => client.query(`CREATE DATABASE ${database} TEMPLATE ${stack.templateDatabase}`));
  undo.defer(() => withPostgres(stack.postgresAdminUrl, (client) => client.query(`DROP DATABASE ${database} WITH (FORCE)`)).then(() => undefined));
  const direct = new URL(stack.postgresAdminUrl);
  direct.pathname = database;
  await withPostgres(direct.href, (client) => seedDataset(client, { schedules: 1, seatsPerSchedule: options.seats ?? 50, priceKrw: PRICE }));
  const pool = new pg.Pool({ connectionString: direct.href, max: 2 });
  pool.on('error', () => {});
  undo.defer(() => pool.end());
  if (options.topics !== false) {
    const topics = topicsOf(topicPrefix);
    await withKafkaAdmin(stack.kafkaBrokers, (admin) => createTopics(admin, topics));
    // Brokers have a small heap: the topics of a hundred test services would fill it.
    undo.defer(() => withKafkaAdmin(stack.kafkaBrokers, (admin) => admin.deleteTopics({ topics: topics.map(({ name }) => name) })));
  }

  const redis = undo.use(await openProxy(stack.toxiproxyApi, `test-redis-${id}`, new URL(stack.redisUrl).host));
  const postgres = undo.use(await openProxy(stack.toxiproxyApi, `test-postgres-${id}`, direct.host));
  const gatewayLedger = new GatewayLedger(undefined);
  const gateway = buildGateway(gatewayLedger);
  undo.defer(() => gateway.close());
  const gatewayUrl = options.gatewayUrl ?? (await gateway.listen({ host: '127.0.0.1', port: 0 }));

  const proxied = new URL(direct);
  proxied.port = String(postgres.port);
  const env = {
    ROLES: options.roles ?? 'api,worker',
    DATABASE_URL: proxied.href,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    REDIS_KEY_PREFIX: `test-${id}:`,
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    GATEWAY_URL: gatewayUrl,
    AUTH_MODE: 'trust',
    PASSWORD_HASH_ROUNDS: '1',
    TOKEN_SECRET: `secret of the tests ${id}`,
    RATE_LIMITS: 'off',
    // A test machine that many share is late with everything, and that is not what a test is about.
    SHED_DELAY_MS: '60000',
    QUEUE_ACTIVE_CAP: '1000',
    QUEUE_ADMISSION_PER_SECOND: '1000',
    ...options.settings,
  };
  const service = await buildService(parseConfig(env), pino({ level: process.env['TEST_LOG'] ?? 'silent' }));
  undo.defer(() => service.close());
  await service.app.ready();
  service.start();
  await redisUp(service);
  const built = undo.move();

  let users = 0;
  return {
    service,
    env,
    topicPrefix,
    redis,
    postgres,
    gatewayLedger,
    async emptyRedis() {
      const client = new Redis(stack.redisUrl);
      const keys = await client.keys(`test-${id}:*`);
      if (keys.length > 0) await client.del(...keys);
      client.disconnect();
    },
    rows: async <R>(sql: string, values: readonly unknown[] = []) => (await pool.query(sql, values as unknown[])).rows as R[],
    async metric(series) {
      const { body } = await service.app.inject('/metrics');
      const line = body.split('\n').find((text) => text.startsWith(`${series} `));
      if (line === undefined) throw new Error(`${series} is not among the metrics`);
      return Number(line.slice(series.length + 1));
    },
    buyer: (user) => Buyer.enter(service.app, user ?? `user-${id}-${++users}`),
    [Symbol.asyncDispose]: () => built.disposeAsync(),
  };
}

/** Another process of the same installation, as far as one can be made without a process: it shares nothing but the servers. */
export async function secondProcess(shop: TestService, settings: Readonly<Record<string, string>> = {}): Promise<Service & AsyncDisposable> {
  const service = await buildService(parseConfig({ ...shop.env, ...settings }), pino({ level: process.env['TEST_LOG'] ?? 'silent' }));
  service.start();
  await service.app.ready();
  await redisUp(service);
  return { ...service, [Symbol.asyncDispose]: () => service.close() };
}

/** Waits until `look` gives something; the error says what was waited for and what was seen last. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined | false>, timeoutMs = 10_000): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadlineMs) {
    const seen = await look().catch((error: unknown) => void (last = error));
    if (seen !== undefined && seen !== false) return seen;
    await sleep(40);
  }
  throw new Error(`${what}: not within ${timeoutMs} ms${last === undefined ? '' : `; last: ${String(last)}`}`);
}

/** The first connection is made in the background; a test that expects a healthy Redis begins after it. */
async function redisUp(service: Service): Promise<void> {
  await eventually('redis is up', async () => ((await service.app.inject('/health')).json() as { redis: string }).redis === 'UP');
}
