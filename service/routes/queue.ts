import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Queue } from '../queue/queue.ts';
import { answers, Id, strict, Time, WithToken } from '../schemas/common.ts';

const status = {
  status: Type.Union([Type.Literal('WAITING'), Type.Literal('ACTIVE')]),
  position: Type.Integer({ description: 'how many are let in before you, you included; 0 when ACTIVE' }),
  pollAfterMs: Type.Integer({ description: 'when to ask again' }),
  expiresAt: Type.Optional(Time),
};
const Token = Type.Object({ tokenValue: Type.String(), ...status }, strict);
const Place = Type.Object(status, strict);

export const queueRoutes =
  (queue: Queue): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/queue/token',
      { schema: { summary: 'Enter the queue; asked again, the same token', body: Type.Object({ userId: Id }, strict), response: answers({ 200: Token, 201: Token }, 409, 410) } },
      async (request, reply) => {
        const { token, fresh, ...place } = await queue.enter(request.body.userId, request.visit);
        return reply.code(fresh ? 201 : 200).send({ tokenValue: token, ...place });
      },
    );
    app.get(
      '/queue/token',
      { schema: { summary: 'Is it my turn?', headers: WithToken, response: answers({ 200: Place }, 401, 410) } },
      async (request) => queue.status(queue.claimsOf(request.headers['x-queue-token']), request.visit),
    );
  };
