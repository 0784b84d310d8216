import fp from 'fastify-plugin';
import type { AdminGuard } from '../admin/guard.ts';

/** Routes of operations may take longer than a buyer would wait. */
const budgetMs = 30_000;
/** One of them is enough. */
const security: readonly Record<string, string[]>[] = [{ adminKey: [] }, { adminBearer: [] }];

/** Guards the routes registered beside it, gives them more time, and writes each action into the log. */
export const adminAccess = fp<{ guard: AdminGuard }>(
  (app, { guard }, done) => {
    app.addHook('onRoute', (route) => {
      route.config = { ...route.config, budgetMs };
      route.schema = { ...route.schema, security };
    });
    app.addHook('onRequest', async (request) => guard.check(request));
    app.addHook('onResponse', async (request, reply) => {
      if (request.method === 'GET' || request.method === 'HEAD') return;
      const { method, ip, visit, params, body, routeOptions } = request;
      request.log.info({ event: 'admin.action', method, path: routeOptions.url, params, body, statusCode: reply.statusCode, duration: Math.round(reply.elapsedTime), ip, traceId: visit.trace }, 'action of operations');
    });
    done();
  },
  { name: 'admin-access', dependencies: ['problems'] },
);
