import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import { Audit } from './admin/audit.ts';
import { AdminGuard } from './admin/guard.ts';
import { Openings } from './admin/openings.ts';
import { Outbox } from './admin/outbox.ts';
import { Reconcile } from './admin/reconcile.ts';
import { Status } from './admin/status.ts';
import { seedPayments } from './compat/seed-payments.ts';
import { requestLogger } from './logging/request-logger.ts';
import { openOrdersOf, type Parts } from './parts.ts';
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
import { OwnReservations } from './seats/own-reservations.ts';
import { answerUnread } from './unread-request.ts';

const bodyBytesMax = 64 * 1024;

/** The HTTP side of the parts: what every request passes through, in this order, and the routes. Nothing listens yet. */
export async function buildHttp(parts: Parts, isStopping: () => boolean): Promise<FastifyInstance> {
  const { config, log, metrics, tracing, live, health, identity, running } = parts;
  const { context, ops, postgres, db, workDb, opsDb } = parts;
  const { accounts, queue, catalogue, reservations, charges, payments, refunds, settlements, deadLetters } = parts;
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
    clientErrorHandler: answerUnread,
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
      status: new Status({ context: ops, pools: { requests: db, work: workDb, operations: opsDb }, health, deadLetters, loops: () => running.workers?.states ?? [] }),
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
  await app.register(healthRoutes(health, isStopping));
  await app.register(metricsRoutes(metrics));
  await app.register(documentsNames({ health, metrics, isStopping }));
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
  return app as unknown as FastifyInstance;
}
