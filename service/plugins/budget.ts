import fp from 'fastify-plugin';
import { unavailable } from '../domain/problem.ts';

/**
 * Answers a request whose time is used up with 503, and gives up the work of one whose caller has gone. (Fastify's own
 * `handlerTimeout` ends when the body has been read, so that it holds for no POST.)
 */
export const budget = fp(
  (app, _options, done) => {
    app.addHook('onRequest', (request, reply, next) => {
      const { visit } = request;
      const timer = setTimeout(() => {
        visit.abandoned = true;
        if (!reply.sent && !reply.raw.headersSent) reply.send(unavailable('REQUEST_TIMEOUT', 'not done within the time budget; the outcome is unknown'));
      }, visit.deadlineMs - Date.now());
      reply.raw.once('close', () => {
        clearTimeout(timer);
        if (!reply.raw.writableFinished) visit.abandoned = true;
      });
      next();
    });
    done();
  },
  { name: 'budget', dependencies: ['visit', 'problems'] },
);
