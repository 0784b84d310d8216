import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { answers, Id, strict, Time } from '../schemas/common.ts';
import type { CachedText } from '../seats/cached-read.ts';
import type { Catalogue } from '../seats/catalogue.ts';

const Schedules = Type.Object({ schedules: Type.Array(Type.Object({ scheduleId: Type.String(), startsAt: Time, seatsTotal: Type.Integer() }, strict)) }, strict);
const SeatStatus = Type.Union([Type.Literal('AVAILABLE'), Type.Literal('HELD'), Type.Literal('SOLD')]);
const Seats = Type.Object({ seats: Type.Array(Type.Object({ seatNo: Type.Integer(), status: SeatStatus, price: Type.Integer() }, strict)) }, strict);
const params = Type.Object({ id: Id });

export const concertRoutes =
  (catalogue: Catalogue): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get('/concerts/:id/schedules', { config: { group: 'catalogue' }, schema: { summary: 'Performances of a concert', params, response: answers({ 200: Schedules }, 404) } }, async (request, reply) =>
      sendText(reply, await catalogue.schedules(request.params.id, request.visit)),
    );
    app.get('/concerts/schedules/:id/seats', { schema: { summary: 'Seat map; up to a second old', params, response: answers({ 200: Seats }, 404) } }, async (request, reply) =>
      sendText(reply, await catalogue.seats(request.params.id, request.visit)),
    );
  };

/** The text is JSON already, in the cache and here: it is not parsed to be written again. */
function sendText(reply: FastifyReply, { text, hit }: CachedText): FastifyReply {
  return reply
    .header('x-cache-hit', String(hit))
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => payload as string)
    .send(text);
}
