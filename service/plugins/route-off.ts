import fp from 'fastify-plugin';
import { Problem } from '../domain/problem.ts';
import type { Live } from '../live/live.ts';
import type { RouteGroup } from '../live/settings.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route can be switched off at run time, together with the others of this group. */
    group?: RouteGroup;
  }
}

const retryAfterSeconds = 30;

/** Refuses routes whose group operations switched off, before anything is done for them. */
export const routeOff = fp<{ live: Live }>(
  (app, { live }, done) => {
    app.addHook('onRequest', async (request) => {
      const { group } = request.routeOptions.config;
      if (group !== undefined && live.current.routesOff.includes(group)) {
        throw new Problem(503, 'ROUTE_OFF', `switched off for the time being: ${group}`, { retryable: true, retryAfterSeconds });
      }
    });
    done();
  },
  { name: 'route-off', dependencies: ['problems'] },
);
