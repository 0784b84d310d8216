import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { answers, Id, PageQuery, pageSize, strict, Time } from '../schemas/common.ts';
import type { Catalogue } from '../seats/catalogue.ts';
import { IfNoneMatch, NotModified, sendText } from './cached-text.ts';

const concert = { concertId: Type.String(), title: Type.String(), opensAt: Type.Optional(Time) };
const Concerts = Type.Object(
  {
    concerts: Type.Array(Type.Object(concert, strict)),
    nextCursor: Type.Optional(Type.String({ description: 'for the next page; the last page has none' })),
  },
  strict,
);
const Concert = Type.Object({ ...concert, schedules: Type.Integer({ description: 'how many' }), seatsTotal: Type.Integer({ description: 'of all schedules' }) }, strict);
const Schedules = Type.Object({ schedules: Type.Array(Type.Object({ scheduleId: Type.String(), startsAt: Time, seatsTotal: Type.Integer() }, strict)) }, strict);
const SeatStatus = Type.Union([Type.Literal('AVAILABLE'), Type.Literal('HELD'), Type.Literal('SOLD')]);
const Seats = Type.Object({ seats: Type.Array(Type.Object({ seatNo: Type.Integer(), status: SeatStatus, price: Type.Integer() }, strict)) }, strict);
const Ranked = Type.Object(
  {
    rank: Type.Integer(),
    scheduleId: Type.String(),
    concertId: Type.String(),
    title: Type.String(),
    seatsSold: Type.Integer(),
    seatsTotal: Type.Integer(),
    soldOutSeconds: Type.Optional(Type.Number({ description: 'from going on sale to the last seat; only what was sold out' })),
  },
  strict,
);
const Ranking = Type.Object({ ranking: Type.Array(Ranked) }, strict);
const params = Type.Object({ id: Id });
const headers = IfNoneMatch;
const rankingSize = 10;

export const concertRoutes =
  (catalogue: Catalogue): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get('/concerts', { config: { group: 'catalogue', limit: 'products' }, schema: { summary: 'Concerts by opening', headers, querystring: PageQuery, response: answers({ 200: Concerts, 304: NotModified }, 422) } }, async (request, reply) =>
      sendText(request, reply, await catalogue.concerts(pageSize(request.query), request.query.cursor, request.visit)),
    );
    app.get('/concerts/ranking', { config: { group: 'ranking', limit: 'products' }, schema: { summary: 'What sells best: sold out fastest, then most seats', headers, querystring: Type.Pick(PageQuery, ['limit'], strict), response: answers({ 200: Ranking, 304: NotModified }) } }, async (request, reply) =>
      sendText(request, reply, await catalogue.ranking(pageSize(request.query, rankingSize), request.visit)),
    );
    app.get('/concerts/:id', { config: { group: 'catalogue', limit: 'products' }, schema: { summary: 'One concert', headers, params, response: answers({ 200: Concert, 304: NotModified }, 404) } }, async (request, reply) =>
      sendText(request, reply, await catalogue.concert(request.params.id, request.visit)),
    );
    app.get('/concerts/:id/schedules', { config: { group: 'catalogue', limit: 'products' }, schema: { summary: 'Performances of a concert', headers, params, response: answers({ 200: Schedules, 304: NotModified }, 404) } }, async (request, reply) =>
      sendText(request, reply, await catalogue.schedules(request.params.id, request.visit)),
    );
    app.get('/concerts/schedules/:id/seats', { config: { limit: 'products' }, schema: { summary: 'Seat map; up to two seconds old', headers, params, response: answers({ 200: Seats, 304: NotModified }, 404) } }, async (request, reply) =>
      sendText(request, reply, await catalogue.seats(request.params.id, request.visit)),
    );
  };
