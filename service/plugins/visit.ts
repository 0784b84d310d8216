import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Visit } from '../context.ts';
import type { Metrics } from '../metrics/metrics.ts';

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit;
  }
}

const traceparentPattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Gives each request its trace, its deadline and its list of what was bypassed; the last leaves as X-Degraded. */
export const visit = fp<{ requestTimeoutMs: number; metrics: Metrics }>(
  (app, { requestTimeoutMs, metrics }, done) => {
    app.decorateRequest('visit', null as unknown as Visit);
    app.addHook('onRequest', async (request) => {
      request.visit = { trace: traceOf(request), degraded: new Set(), deadlineMs: Date.now() + requestTimeoutMs };
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

/** W3C traceparent when the caller sends one. */
function traceOf(request: FastifyRequest): string {
  const given = request.headers['traceparent'];
  return (typeof given === 'string' && traceparentPattern.exec(given)?.[1]) || randomBytes(16).toString('hex');
}
