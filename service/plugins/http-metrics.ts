import fp from 'fastify-plugin';
import type { Metrics } from '../metrics/metrics.ts';
import { methodOf, routeOf } from './route-template.ts';

/** Counts and times every answer by method, route template and status; an alias counts as its route. */
export const httpMetrics = fp<{ metrics: Metrics }>(
  (app, { metrics }, done) => {
    app.addHook('onResponse', async (request, reply) => {
      const [method, route] = [methodOf(request), routeOf(request)];
      metrics.httpRequests.inc({ method, route, status: String(reply.statusCode) });
      metrics.httpDuration.observe({ method, route }, reply.elapsedTime / 1000);
    });
    done();
  },
  { name: 'http-metrics' },
);
