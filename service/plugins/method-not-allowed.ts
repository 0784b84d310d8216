import fp from 'fastify-plugin';
import { Problem } from '../domain/problem.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'] as const;

/**
 * A known path with another method is 405 with the methods it has, as RFC 9110 (15.5.6) asks. `refuseOtherMethods` is
 * called after the last route.
 */
export const methodNotAllowed = fp(
  (app, _options, done) => {
    const known = new Map<string, Set<string>>();
    app.addHook('onRoute', ({ url, method }) => {
      const allowed = known.get(url) ?? new Set();
      known.set(url, allowed);
      for (const name of [method].flat()) allowed.add(name);
    });
    app.decorate('refuseOtherMethods', () => {
      for (const [url, allowed] of [...known]) {
        const others = methods.filter((name) => !allowed.has(name));
        if (url.includes('*') || others.length === 0) continue;
        const allow = [...allowed].join(', ');
        app.route({
          url,
          method: [...others],
          schema: { hide: true },
          onRequest: async (_request, reply) => {
            reply.header('allow', allow);
            throw new Problem(405, 'METHOD_NOT_ALLOWED', `this path answers ${allow}`);
          },
          handler: () => undefined,
        });
      }
    });
    done();
  },
  { name: 'method-not-allowed', dependencies: ['problems'] },
);

declare module 'fastify' {
  interface FastifyInstance {
    refuseOtherMethods(): void;
  }
}
