import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Visit } from '../context.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { withinRequest } from '../request-scope.ts';
import { newSpanId, traceContextOf, traceparentOf } from '../tracing/trace-context.ts';
import type { RequestSpan, Tracing } from '../tracing/tracing.ts';
import { methodOf, routeOf } from './route-template.ts';

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit;
    /** Undefined when this request is not recorded. */
    span: RequestSpan | undefined;
  }
  interface FastifyContextConfig {
    /** Time the route may take, ms, where it is not that of all. */
    budgetMs?: number;
  }
}

/** Gives each request its trace, its deadline and its list of what was bypassed; the last leaves as X-Degraded. */
export const visit = fp<{ requestTimeoutMs: number; metrics: Metrics; tracing: Tracing }>(
  (app, { requestTimeoutMs, metrics, tracing }, done) => {
    const enter = (request: FastifyRequest, next: () => void): void => withinRequest(request.visit, () => tracing.within(request.span, next));
    app.decorateRequest('visit', null as unknown as Visit);
    app.decorateRequest('span', undefined);
    app.addHook('onRequest', (request, _reply, next) => {
      const context = traceContextOf(request.headers);
      request.span = tracing.begin(`${methodOf(request)} ${routeOf(request)}`, context);
      const traceparent = request.span?.traceparent ?? traceparentOf(context.traceId, newSpanId(), context.sampled ?? false);
      const { budgetMs = requestTimeoutMs } = request.routeOptions.config;
      request.visit = { trace: context.traceId, traceparent, degraded: new Set(), deadlineMs: Date.now() + budgetMs, abandoned: false };
      enter(request, next);
    });
    // Reading the body leaves the request behind: its events belong to the connection.
    app.addHook('preValidation', (request, _reply, next) => enter(request, next));
    app.addHook('onSend', async (request, reply) => {
      reply.header('x-trace-id', request.visit.trace);
      const { degraded } = request.visit;
      if (degraded.size === 0) return;
      reply.header('x-degraded', [...degraded].join(', '));
      for (const mode of degraded) metrics.degradedRequests.inc({ mode });
    });
    app.addHook('onResponse', (request, reply, next) => {
      request.span?.end(reply.statusCode, { 'http.request.method': methodOf(request), 'http.route': routeOf(request), 'url.path': request.url.split('?', 1)[0]! });
      next();
    });
    done();
  },
  { name: 'visit' },
);
