import fp from 'fastify-plugin';
import type { Metrics } from '../metrics/metrics.ts';
import { methodOf, routeOf } from './route-template.ts';

interface Series {
  readonly count: { inc(): void };
  readonly time: { observe(seconds: number): void };
}

/** Counts and times every answer by method, route template and status; an alias counts as its route. */
export const httpMetrics = fp<{ metrics: Metrics }>(
  (app, { metrics }, done) => {
    // The series of a route, found by one look: prom-client would put the labels together anew for each request.
    const known = new Map<string, Series>();
    app.addHook('onResponse', (request, reply, next) => {
      const [method, route, status] = [methodOf(request), routeOf(request), reply.statusCode];
      const key = `${method} ${route} ${status}`;
      let series = known.get(key);
      if (!series) known.set(key, (series = { count: metrics.httpRequests.labels({ method, route, status: String(status) }), time: metrics.httpDuration.labels({ method, route }) }));
      series.count.inc();
      series.time.observe(reply.elapsedTime / 1000);
      next();
    });
    done();
  },
  { name: 'http-metrics' },
);
