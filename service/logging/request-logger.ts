import type { FastifyBaseLogger } from 'fastify';
import type { Logger } from 'pino';

/**
 * The logger of requests: one for all, for a child of its own costs each request more than its line. It leaves out what
 * Fastify says when a handler comes to its end after its request was answered for lack of time: the answer is told already.
 */
export function requestLogger(log: Logger): FastifyBaseLogger {
  const own = log.child({});
  const { warn, error } = own;
  return Object.assign(own, {
    warn: (...line: Parameters<typeof warn>) => (isLateAnswer(line[0]) ? undefined : warn.apply(own, line)),
    error: (...line: Parameters<typeof error>) => (line[1] === lateError ? undefined : error.apply(own, line)),
  });
}

const lateError = 'Promise errored, but reply.sent = true was set';
const isLateAnswer = (fields: unknown): boolean => (fields as { err?: { code?: string } } | undefined)?.err?.code === 'FST_ERR_REP_ALREADY_SENT';
