import fp from 'fastify-plugin';
import type { Visit } from '../context.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { newSpanId, traceContextOf, traceparentOf } from '../tracing/trace-context.ts';

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit;
  }
}

/** Gives each request its trace, its deadline and its list of what was bypassed; the last leaves as X-Degraded. */
export const visit = fp<{ requestTimeoutMs: number; metrics: Metrics }>(
  (app, { requestTimeoutMs, metrics }, done) => {
    app.decorateRequest('visit', null as unknown as Visit);
    app.addHook('onRequest', async (request) => {
      const { traceId, sampled } = traceContextOf(request.headers);
      request.visit = { trace: traceId, traceparent: traceparentOf(traceId, newSpanId(), sampled ?? false), degraded: new Set(), deadlineMs: Date.now() + requestTimeoutMs };
    });
    app.addHook('onSend', async (request, reply) => {
      reply.header('x-trace-id', request.visit.trace);
      const { degraded } = request.visit;
      if (degraded.size === 0) return;
      reply.header('x-degraded', [...degraded].join(', '));
      for (const mode of degraded) metrics.degradedRequests.inc({ mode });
    });
    done();
  },
  { name: 'visit' },
);
