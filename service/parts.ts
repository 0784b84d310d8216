import type { Logger } from 'pino';
import { AccessTokens } from './auth/access-tokens.ts';
import { Accounts } from './auth/accounts.ts';
import { Identity } from './auth/identity.ts';
import { Passwords } from './auth/passwords.ts';
import { GatewayClient } from './clients/gateway.ts';
import { Health } from './clients/health.ts';
import { Database, type PostgresSettings } from './clients/postgres.ts';
import { RedisClient } from './clients/redis.ts';
import type { Config } from './config.ts';
import { DeadLetters } from './consumers/dead-letters.ts';
import type { Context } from './context.ts';
import { Live } from './live/live.ts';
import { createMetrics } from './metrics/metrics.ts';
import { Charges } from './money/charges.ts';
import { OpenOrders } from './money/open-orders.ts';
import { Payments } from './money/payments.ts';
import { Refunds } from './money/refunds.ts';
import { Queue } from './queue/queue.ts';
import { Catalogue } from './seats/catalogue.ts';
import { Reservations } from './seats/reservations.ts';
import { SeatLock } from './seats/seat-lock.ts';
import { Settlements } from './settlements/settlements.ts';
import { startTracing } from './tracing/tracing.ts';
import { type Workers } from './workers/workers.ts';

const opsConnectionsMax = 2;
const opsWaitMs = 2000;
const opsStatementTimeoutMs = 10_000;

export type Parts = Awaited<ReturnType<typeof buildParts>>;

/** Makes what the service consists of, without a way to reach it: clients, and what works with them. Nothing works yet. */
export async function buildParts(config: Config, log: Logger) {
  const metrics = createMetrics();
  const tracing = await startTracing({ exporter: config.traceExporter, url: config.traceUrl, sampleRatio: config.traceSampleRatio, environment: config.environment }, metrics, log);
  const postgres: PostgresSettings = {
    url: config.databaseUrl,
    applicationName: 'ticketing',
    connectionsMax: config.dbPoolMax,
    waitMs: config.dbPoolWaitMs,
    statementTimeoutMs: config.statementTimeoutMs,
    lockTimeoutMs: config.lockTimeoutMs,
  };
  const db = new Database(postgres, metrics, log, tracing);
  const workDb = new Database({ ...postgres, applicationName: 'ticketing-work', connectionsMax: config.dbWorkerPoolMax }, metrics, log, tracing);
  const redis = new RedisClient({ url: config.redisUrl, keyPrefix: config.redisKeyPrefix, timeoutMs: config.redisTimeoutMs, breakerResetMs: config.redisBreakerResetMs }, metrics, log, tracing);
  const gateway = new GatewayClient({ url: config.gatewayUrl, timeoutMs: config.gatewayTimeoutMs, breakerResetMs: config.gatewayBreakerResetMs }, metrics, tracing);
  /** The workers of this process, from their start on. */
  const running: { workers?: Workers } = {};
  const wake: Context['wake'] = { admission: () => running.workers?.admission?.wake(), relay: () => running.workers?.relay?.wake(), settlement: () => running.workers?.settlement?.wake() };
  const live = new Live(workDb, log);
  const context: Context = { config, db, redis, gateway, metrics, log, tracing, live, wake };
  /** What nobody waits for has connections of its own: neither a crowd of requests nor a heap of work starves the other. */
  const background: Context = { ...context, db: workDb };

  const queue = new Queue(context);
  const accessTokens = new AccessTokens(config.authKeys, config.accessTokenSeconds);
  const identity = new Identity(queue, accessTokens, config.authMode);
  const accounts = new Accounts(context, new Passwords(config.passwordHashRounds, config.passwordHashesAtOnce, metrics), accessTokens);
  const catalogue = new Catalogue(context);
  const reservations = new Reservations(context, new SeatLock(context), catalogue);
  const charges = new Charges(context);
  const payments = new Payments(context, catalogue);
  // Few connections of its own, with more time: what operations ask for must not wait for buyers, nor they for it.
  const opsDb = new Database({ ...postgres, applicationName: 'ticketing-ops', connectionsMax: opsConnectionsMax, waitMs: opsWaitMs, statementTimeoutMs: opsStatementTimeoutMs }, metrics, log, tracing);
  const refunds = new Refunds(context, catalogue);
  const ops: Context = { ...context, db: opsDb };
  const settlements = new Settlements(ops);
  const deadLetters = new DeadLetters(ops);
  const health = new Health(db, redis, config.kafkaBrokers);
  metrics.onScrape(() => {
    const { active, idle, pending, max } = db.usage;
    metrics.dbActive.set(active);
    metrics.dbIdle.set(idle);
    metrics.dbPending.set(pending);
    metrics.dbMax.set(max);
    metrics.dbWorkerActive.set(workDb.usage.active);
    metrics.dbWorkerPending.set(workDb.usage.pending);
    metrics.dbWorkerMax.set(workDb.usage.max);
  });
  return {
    ...{ config, log, metrics, tracing, live, health, identity, running },
    ...{ context, background, ops, postgres, db, workDb, opsDb, redis },
    ...{ accounts, queue, catalogue, reservations, charges, payments, refunds, settlements, deadLetters },
    async close(): Promise<void> {
      catalogue.close();
      await deadLetters.close();
      gateway.close();
      redis.close();
      await Promise.all([db.close(), workDb.close(), opsDb.close(), tracing.close()]);
    },
  };
}

/** Late answers of the gateway go into the same books as those that came in time. */
export function openOrdersOf(context: Context, catalogue: Catalogue): OpenOrders {
  const [charges, payments, refunds] = [new Charges(context), new Payments(context, catalogue), new Refunds(context, catalogue)];
  return new OpenOrders(context, { points: (id, word) => charges.book(id, word), card: (id, word) => payments.bookLate(id, word), refund: (id, word) => refunds.book(id, word) });
}
