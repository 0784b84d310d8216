import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Identity } from '../auth/identity.ts';
import { Problem } from '../domain/problem.ts';
import { answers, Id, pageSize, PageQuery, strict, Time, Uuid, WithToken, WithTokenAndOptionalKey } from '../schemas/common.ts';
import type { OwnReservations } from '../seats/own-reservations.ts';
import type { Reservations } from '../seats/reservations.ts';

const held = { reservationId: Type.String(), scheduleId: Type.String(), seatNo: Type.Integer(), price: Type.Integer(), holdUntil: Time };
const Held = Type.Object(held, strict);
const Status = Type.Union([Type.Literal('HELD'), Type.Literal('CONFIRMED'), Type.Literal('EXPIRED'), Type.Literal('CANCELLED')]);
const Own = Type.Object({ ...held, status: Status }, strict);
const Page = Type.Object({ reservations: Type.Array(Own), nextCursor: Type.Optional(Type.String({ description: 'for the next page; the last page has none' })) }, strict);
const Wish = Type.Object({ scheduleId: Id, seatNo: Type.Integer({ minimum: 1, maximum: 1_000_000 }), userId: Type.Optional(Id) }, strict);
const params = Type.Object({ id: Uuid });

export const reservationRoutes =
  (identity: Identity, reservations: Reservations, own: OwnReservations): FastifyPluginAsyncTypebox =>
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
      '/reservations',
      { schema: { summary: 'Your own reservations, newest first', headers: WithToken, querystring: PageQuery, response: answers({ 200: Page }, 401, 403, 422) } },
      async (request) => own.list(identity.userOf(request), pageSize(request.query), request.query.cursor),
    );
    app.get(
      '/reservations/:id',
      { schema: { summary: 'One of your own reservations', headers: WithToken, params, response: answers({ 200: Own }, 401, 403, 404) } },
      async (request) => own.find(request.params.id, identity.userOf(request)),
    );
    app.delete(
      '/reservations/:id',
      { schema: { summary: 'Give a held seat back', headers: WithToken, params, response: answers({ 204: Type.Null() }, 401, 403, 404, 409, 410) } },
      async (request, reply) => {
        await own.cancel(request.params.id, identity.userOf(request), request.visit);
        return reply.code(204).send(null);
      },
    );
  };
