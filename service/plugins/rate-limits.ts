import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../domain/problem.ts';
import { clientAddress } from '../protection/client-address.ts';
import type { Limit, RouteLimit } from '../protection/limits.ts';
import type { RateLimiter } from '../protection/rate-limiter.ts';
import { ProblemResponse } from '../schemas/common.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How often a caller may use this route, together with the others of the same limit. */
    limit?: RouteLimit;
  }
}

interface Options {
  readonly limiter: RateLimiter;
  readonly limits: Readonly<Record<RouteLimit, readonly Limit[]>>;
  /** The user of a request that proves one. */
  readonly userOf: (request: FastifyRequest) => string | undefined;
}

/** 429 for who comes too often, before the body is read; RateLimit headers on every answer of a limited route. */
export const rateLimits = fp<Options>(
  (app, { limiter, limits, userOf }, done) => {
    app.addHook('onRoute', ({ config, schema }) => {
      if (config?.limit !== undefined && schema?.response) Object.assign(schema.response, { 429: ProblemResponse });
    });
    app.addHook('onRequest', async (request, reply) => {
      const { limit } = request.routeOptions.config;
      if (limit === undefined) return;
      const ip = clientAddress(request.ip, request.socket.remoteAddress ?? '');
      const { max, left, waitMs, resetMs } = await limiter.check(limits[limit], { ip, user: userOf(request) }, request.visit);
      const refused = left < 1;
      reply.headers({ 'ratelimit-limit': max, 'ratelimit-remaining': refused ? 0 : left - 1, 'ratelimit-reset': seconds(refused ? waitMs : resetMs) });
      if (!refused) return;
      const retryAfter = seconds(waitMs);
      throw new Problem(429, 'RATE_LIMITED', 'too many calls; try again later', { retryable: true, retryAfterSeconds: retryAfter, extra: { retryAfter } });
    });
    done();
  },
  { name: 'rate-limits', dependencies: ['problems'] },
);

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
