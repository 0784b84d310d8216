import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Identity } from '../auth/identity.ts';
import { Problem } from '../domain/problem.ts';
import { answers, Id, strict, Time, Uuid, WithToken, WithTokenAndOptionalKey } from '../schemas/common.ts';
import type { Reservations } from '../seats/reservations.ts';

const held = { reservationId: Type.String(), scheduleId: Type.String(), seatNo: Type.Integer(), price: Type.Integer(), holdUntil: Time };
const Held = Type.Object(held, strict);
const Status = Type.Union([Type.Literal('HELD'), Type.Literal('CONFIRMED'), Type.Literal('EXPIRED'), Type.Literal('CANCELLED')]);
const Wish = Type.Object({ scheduleId: Id, seatNo: Type.Integer({ minimum: 1, maximum: 1_000_000 }), userId: Type.Optional(Id) }, strict);

export const reservationRoutes =
  (identity: Identity, reservations: Reservations): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/reservations',
      { config: { limit: 'orders' }, schema: { summary: 'Hold a seat', headers: WithTokenAndOptionalKey, body: Wish, response: answers({ 201: Held }, 401, 403, 404, 409, 422) } },
      async (request, reply) => {
        const claims = identity.placeOf(request);
        const { userId, ...wish } = request.body;
        if (userId !== undefined && userId !== claims.user) throw new Problem(403, 'NOT_YOUR_TOKEN', 'the queue token belongs to somebody else');
        return reply.code(201).send(await reservations.reserve(claims, wish, request.headers['idempotency-key'], request.visit));
      },
    );
    app.get(
      '/reservations/:id',
      {
        schema: {
          summary: 'One of your own reservations',
          headers: WithToken,
          params: Type.Object({ id: Uuid }),
          response: answers({ 200: Type.Object({ ...held, status: Status }, strict) }, 401, 403, 404),
        },
      },
      async (request) => {
        const found = await reservations.find(request.params.id, identity.userOf(request));
        return { ...found, status: found.status as 'HELD' };
      },
    );
  };
