import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of an alias: the template of the route that it stands for. */
    template?: string;
  }
}

/** What is served; others are one label, for a caller must not be able to make up new ones. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Template of the route, the same for all its aliases; a path that does not exist is `(none)`. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.config.template ?? request.routeOptions.url ?? '(none)';

export const methodOf = (request: FastifyRequest): string => (methods.has(request.method) ? request.method : '(other)');
