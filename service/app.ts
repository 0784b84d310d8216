import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Audit } from './admin/audit.ts';
import { AdminGuard } from './admin/guard.ts';
import { Openings } from './admin/openings.ts';
import { Outbox } from './admin/outbox.ts';
import { Reconcile } from './admin/reconcile.ts';
import { Status } from './admin/status.ts';
import { AccessTokens } from './auth/access-tokens.ts';
import { Accounts } from './auth/accounts.ts';
import { Identity } from './auth/identity.ts';
import { Passwords } from './auth/passwords.ts';
import { GatewayClient } from './clients/gateway.ts';
import { Health } from './clients/health.ts';
import { Database, type PostgresSettings } from './clients/postgres.ts';
import { RedisClient } from './clients/redis.ts';
import { startFixtures } from './compat/fixtures.ts';
import { seedPayments } from './compat/seed-payments.ts';
import type { Config } from './config.ts';
import { DeadLetters } from './consumers/dead-letters.ts';
import type { Context } from './context.ts';
import { Live } from './live/live.ts';
import { requestLogger } from './logging/request-logger.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { Charges } from './money/charges.ts';
import { OpenOrders } from './money/open-orders.ts';
import { Payments } from './money/payments.ts';
import { Refunds } from './money/refunds.ts';
import { budget } from './plugins/budget.ts';
import { compression } from './plugins/compression.ts';
import { docsPage } from './plugins/docs-page.ts';
import { httpMetrics } from './plugins/http-metrics.ts';
import { jsonBodies } from './plugins/json-bodies.ts';
import { methodNotAllowed } from './plugins/method-not-allowed.ts';
import { openapi } from './plugins/openapi.ts';
import { problems } from './plugins/problems.ts';
import { rateLimits } from './plugins/rate-limits.ts';
import { requestLog } from './plugins/request-log.ts';
import { routeOff } from './plugins/route-off.ts';
import { shedding } from './plugins/shedding.ts';
import { visit } from './plugins/visit.ts';
import { ConcurrencyCap } from './protection/concurrency-cap.ts';
import { limitsOf } from './protection/limits.ts';
import { RateLimiter } from './protection/rate-limiter.ts';
import { Queue } from './queue/queue.ts';
import { adminRoutes } from './routes/admin/routes.ts';
import { authRoutes } from './routes/auth.ts';
import { concertRoutes } from './routes/concerts.ts';
import { documentsNames } from './routes/documents-names.ts';
import { healthRoutes } from './routes/health.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { paymentRoutes } from './routes/payments.ts';
import { pointRoutes } from './routes/points.ts';
import { queueRoutes } from './routes/queue.ts';
import { reservationRoutes } from './routes/reservations.ts';
import { Catalogue } from './seats/catalogue.ts';
import { OwnReservations } from './seats/own-reservations.ts';
import { Reservations } from './seats/reservations.ts';
import { SeatLock } from './seats/seat-lock.ts';
import { Settlements } from './settlements/settlements.ts';
import { startTracing } from './tracing/tracing.ts';
import { startLoop, type Loop } from './workers/loop.ts';
import { startWorkers, type Workers } from './workers/workers.ts';

const redisClientsEveryMs = 10_000;
const bodyBytesMax = 64 * 1024;
const opsConnectionsMax = 2;
const opsWaitMs = 2000;
const opsStatementTimeoutMs = 10_000;

export interface Service {
  readonly app: FastifyInstance;
  readonly metrics: Metrics;
  readonly live: Live;
  readonly catalogue: Catalogue;
  /** Starts what the roles of this process say. */
  start(): void;
  /** From now on /health/ready says no; requests are still answered. */
  drain(): void;
  /** Ends requests in flight, then the workers, then the connections. Asked again, it is the same end. */
  close(): Promise<void>;
}

/** Puts the service together; nothing listens and nothing works yet. */
export async function buildService(config: Config, log: Logger): Promise<Service> {
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
  let workers: Workers | undefined;
  let fixtures: Loop | undefined;
  let watch: Loop | undefined;
  const wake: Context['wake'] = { admission: () => workers?.admission?.wake(), relay: () => workers?.relay?.wake(), settlement: () => workers?.settlement?.wake() };
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
  let stopping = false;
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

  const ofRequests = requestLogger(log);
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: () => ofRequests,
    bodyLimit: bodyBytesMax,
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
    // Longer than any header may be: what an id looks like is the schemas' business.
    routerOptions: { maxParamLength: 16 * 1024 },
    forceCloseConnections: 'idle',
    // An unknown field is a mistake of the caller, and is refused instead of dropped.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  await app.register(visit, { requestTimeoutMs: config.requestTimeoutMs, metrics, tracing });
  await app.register(problems, config.seed ? { conflictStatus: 400 } : {});
  await app.register(budget);
  await app.register(requestLog, { log, requests: config.logRequests, slowMs: config.logSlowMs, userOf: (request) => identity.knownUserOf(request) });
  await app.register(jsonBodies, { anyType: config.seed });
  if (config.seed) await app.register(seedPayments, { context });
  await app.register(httpMetrics, { metrics });
  await app.register(shedding, { utilizationMax: config.shedUtilizationPercent / 100, delayMsMax: config.shedDelayMs, inFlightMax: config.shedInFlightMax, metrics });
  await app.register(routeOff, { live });
  if (config.rateLimits === 'on') await app.register(rateLimits, { limiter: new RateLimiter(context), limits: limitsOf(config), userOf: (request) => identity.knownUserOf(request) });
  await app.register(compression);
  await app.register(openapi);
  await app.register(methodNotAllowed);
  const routes = [
    authRoutes(accounts),
    queueRoutes(identity, queue, new ConcurrencyCap(config.queueEntryConcurrency, 'queue_entry', metrics)),
    concertRoutes(catalogue),
    pointRoutes(context, identity, charges),
    reservationRoutes(identity, reservations, new OwnReservations(context, catalogue)),
    paymentRoutes(identity, payments, refunds),
    adminRoutes({
      guard: new AdminGuard(config),
      status: new Status({ context: ops, pools: { requests: db, work: workDb, operations: opsDb }, health, deadLetters, loops: () => workers?.states ?? [] }),
      outbox: new Outbox(opsDb),
      deadLetters,
      audit: new Audit(postgres),
      reconcile: new Reconcile({ context: ops, catalogue, settlements, openOrders: openOrdersOf(ops, catalogue) }),
      catalogue,
      openings: new Openings(ops, catalogue),
      live,
      settlements,
    }),
  ];
  await app.register(healthRoutes(health, () => stopping));
  await app.register(metricsRoutes(metrics));
  await app.register(documentsNames({ health, metrics, isStopping: () => stopping }));
  // A process without the role api answers for its health and metrics only.
  if (config.roles.has('api')) {
    for (const route of routes) await app.register(route);
    await app.register(
      async (alias) => {
        alias.addHook('onRoute', (options) => {
          options.schema = { ...options.schema, hide: true };
          options.config = { ...options.config, template: options.routePath };
        });
        for (const route of routes) await alias.register(route);
      },
      { prefix: '/api' },
    );
  }
  app.refuseOtherMethods();
  // After it: the page's router declares a path of its own twice, with and without a slash.
  if (config.roles.has('api')) await app.register(docsPage);

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stopping = true;
    await app.close();
    await workers?.stop();
    await Promise.all([live.stop(), watch?.stop(), fixtures?.stop()]);
    catalogue.close();
    await deadLetters.close();
    gateway.close();
    redis.close();
    await Promise.all([db.close(), workDb.close(), opsDb.close(), tracing.close()]);
  };

  return {
    app: app as unknown as FastifyInstance,
    metrics,
    live,
    catalogue,
    start() {
      live.start();
      if (config.seed) fixtures = startFixtures(background);
      watch = startLoop('redis clients', log, async () => {
        metrics.redisClients.set(await redis.connectedClients());
        return redisClientsEveryMs;
      }, { retryMs: redisClientsEveryMs });
      workers = startWorkers({ context: background, postgres, catalogue, openOrders: openOrdersOf(background, catalogue), settlements: new Settlements(background) });
    },
    drain() {
      stopping = true;
    },
    close: () => (closed ??= close()),
  };
}

/** Late answers of the gateway go into the same books as those that came in time. */
function openOrdersOf(context: Context, catalogue: Catalogue): OpenOrders {
  const [charges, payments, refunds] = [new Charges(context), new Payments(context, catalogue), new Refunds(context, catalogue)];
  return new OpenOrders(context, { points: (id, word) => charges.book(id, word), card: (id, word) => payments.bookLate(id, word), refund: (id, word) => refunds.book(id, word) });
}
