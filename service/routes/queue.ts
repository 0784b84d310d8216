import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Identity } from '../auth/identity.ts';
import type { ConcurrencyCap } from '../protection/concurrency-cap.ts';
import type { Queue } from '../queue/queue.ts';
import { answers, Id, strict, Time, WithToken } from '../schemas/common.ts';

const status = {
  status: Type.Union([Type.Literal('WAITING'), Type.Literal('ACTIVE')]),
  position: Type.Integer({ description: 'how many are let in before you, you included; 0 when ACTIVE' }),
  pollAfterMs: Type.Integer({ description: 'when to ask again' }),
  expiresAt: Type.Optional(Time),
};
const Entry = Type.Object({ userId: Type.Optional(Id), scheduleId: Type.Optional(Type.String({ ...Id, description: 'whose queue, where each schedule has its own (QUEUE_SCOPE)' })) }, strict);
const Token = Type.Object({ tokenValue: Type.String(), ...status }, strict);
const Place = Type.Object(status, strict);

export const queueRoutes =
  (identity: Identity, queue: Queue, entries: ConcurrencyCap): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/queue/token',
      { config: { limit: 'token' }, schema: { summary: 'Enter the queue; asked again, the same token', body: Entry, response: answers({ 200: Token, 201: Token }, 401, 403, 404, 409, 410, 422) } },
      async (request, reply) => {
        const { userId, scheduleId } = request.body;
        const { token, fresh, ...place } = await entries.run(() => queue.enter(identity.entrantOf(request, userId), scheduleId, request.visit));
        return reply.code(fresh ? 201 : 200).send({ tokenValue: token, ...place });
      },
    );
    app.get(
      '/queue/token',
      { schema: { summary: 'Is it my turn?', headers: WithToken, response: answers({ 200: Place }, 401, 403, 410) } },
      async (request) => queue.status(identity.placeOf(request), request.visit),
    );
    app.delete(
      '/queue/token',
      { schema: { summary: 'Leave the queue: the place, waiting or active, is given up', headers: WithToken, response: answers({ 204: Type.Null() }, 401, 403, 409) } },
      async (request, reply) => {
        await queue.leave(identity.placeOf(request), request.visit);
        return reply.code(204).send(null);
      },
    );
  };
