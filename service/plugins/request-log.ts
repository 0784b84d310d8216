import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Logger } from 'pino';
import type { Problem } from '../domain/problem.ts';
import { LogLimit } from '../logging/log-limit.ts';
import { routeOf } from './route-template.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What it was refused with. */
    problem: Problem | undefined;
  }
}

export interface RequestLogOptions {
  readonly log: Logger;
  /** Which requests are told: none, those that failed or were slow, all. */
  readonly requests: 'off' | 'errors' | 'all';
  /** From this time on an answer counts as slow, ms. */
  readonly slowMs: number;
  readonly userOf: (request: FastifyRequest) => string | undefined;
}

/** When everything fails, so many lines a second say it; the next one tells how many were left out. */
const linesPerSecond = 50;

/** One line for a request that failed or was slow, or for each. */
export const requestLog = fp<RequestLogOptions>(
  (app, { log, requests, slowMs, userOf }, done) => {
    app.decorateRequest('problem', undefined);
    if (requests === 'off') return done();
    const limit = new LogLimit(linesPerSecond);
    app.addHook('onResponse', (request, reply, next) => {
      const failed = reply.statusCode >= 500;
      if (failed) {
        const suppressed = limit.take();
        if (suppressed !== undefined) log.error({ ...fieldsOf(request, reply), userId: userOf(request), ...causeOf(request.problem), ...(suppressed > 0 && { suppressed }), event: 'http.request.failed' }, 'request failed');
      } else if (requests === 'all' || reply.elapsedTime >= slowMs) {
        log.info({ ...fieldsOf(request, reply), userId: userOf(request), event: 'http.request.completed' }, 'request completed');
      }
      next();
    });
    done();
  },
  { name: 'request-log', dependencies: ['visit'] },
);

/** Without the query: whatever else a caller puts into a URL does not belong in a log. */
function fieldsOf(request: FastifyRequest, reply: FastifyReply): object {
  const { visit, span } = request;
  return {
    method: request.method,
    path: request.url.split('?', 1)[0],
    route: routeOf(request),
    statusCode: reply.statusCode,
    duration: Math.round(reply.elapsedTime * 10) / 10,
    traceId: visit.trace,
    ...(span && { spanId: span.spanId }),
    ...(visit.degraded.size > 0 && { degraded: [...visit.degraded] }),
  };
}

/** A stack only for what is our own mistake: a dependency that is down needs none. */
function causeOf(problem: Problem | undefined): object {
  if (!problem) return {};
  const { cause } = problem;
  const error = cause instanceof Error ? cause : problem;
  return { code: problem.code, error: error.message, ...(problem.status === 500 && { stack: error.stack }) };
}
