import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../domain/problem.ts';

/** Every error leaves as problem+json with a code; none shows SQL, a stack or a secret. What is a conflict may be told as a bad request (COMPAT=seed). */
export const problems = fp<{ conflictStatus?: 400 }>(
  (app, { conflictStatus = 409 }, done) => {
    const send = (problem: Problem, request: FastifyRequest, reply: FastifyReply) => answer(problem, problem.status === 409 ? conflictStatus : problem.status, request, reply);
    app.setErrorHandler((error: FastifyError | Problem, request, reply) => {
      const problem = error instanceof Problem ? error : fromFastify(error);
      request.problem = problem;
      return send(problem, request, reply);
    });
    app.setNotFoundHandler((request, reply) => send(new Problem(404, 'ROUTE_NOT_FOUND', 'there is no such route'), request, reply));
    done();
  },
  { name: 'problems', dependencies: ['visit'] },
);

function answer(problem: Problem, status: number, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      code: problem.code,
      detail: problem.message,
      retryable: problem.retryable,
      traceId: request.visit.trace,
      ...problem.extra,
    });
}

const codes: Readonly<Record<number, string>> = { 413: 'BODY_TOO_LARGE', 415: 'UNSUPPORTED_MEDIA_TYPE' };

/** What Fastify refuses by itself: a body that does not parse, does not fit or does not match. */
function fromFastify(error: FastifyError): Problem {
  if (error.validation) return new Problem(400, 'VALIDATION_FAILED', error.message);
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return new Problem(status, codes[status] ?? 'BAD_REQUEST', error.message);
  return new Problem(500, 'INTERNAL', 'something went wrong here', { cause: error });
}
