import fp from 'fastify-plugin';
import type { Metrics } from '../metrics/metrics.ts';

/** Counts and times every answer by method, route template and status; a route that does not exist is one label. */
export const httpMetrics = fp<{ metrics: Metrics }>(
  (app, { metrics }, done) => {
    app.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? '(none)';
      metrics.httpRequests.inc({ method: request.method, route, status: String(reply.statusCode) });
      metrics.httpDuration.observe({ method: request.method, route }, reply.elapsedTime / 1000);
    });
    done();
  },
  { name: 'http-metrics' },
);
