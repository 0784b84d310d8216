import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Openings } from '../../admin/openings.ts';
import { adminAnswers, Instant, realDay, Title } from '../../schemas/admin.ts';
import { Amount, Id, strict, Time } from '../../schemas/common.ts';

const seatNo = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const Ranges = Type.Array(Type.Object({ from: seatNo, to: seatNo, price: Amount }, strict), { minItems: 1, maxItems: 200, description: 'seats from … to, both included' });
const Schedules = Type.Array(Type.Object({ scheduleId: Id, startsAt: Instant, seats: Ranges }, strict), { minItems: 1, maxItems: 100 });
const Created = Type.Object({ schedules: Type.Integer(), seats: Type.Integer() }, strict);
const Concert = Type.Object({ concertId: Type.String(), title: Type.String(), opensAt: Type.Optional(Time) }, strict);
const params = Type.Object({ id: Id }, strict);

export const openingRoutes =
  (openings: Openings): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/admin/concerts',
      {
        schema: {
          summary: 'Put a concert with its schedules and seats on sale: all of it or nothing',
          body: Type.Object({ concertId: Id, title: Title, opensAt: Type.Optional(Instant), schedules: Schedules }, strict),
          response: adminAnswers({ 201: Created }, 409, 422),
        },
      },
      async ({ body }, reply) => {
        if (body.opensAt !== undefined) realDay(body.opensAt);
        for (const { startsAt } of body.schedules) realDay(startsAt);
        return reply.code(201).send({ schedules: body.schedules.length, seats: await openings.create(body) });
      },
    );
    app.patch(
      '/admin/concerts/:id',
      {
        schema: {
          summary: 'Change title or opening; opensAt null: not set yet',
          params,
          body: Type.Object({ title: Type.Optional(Title), opensAt: Type.Optional(Type.Union([Instant, Type.Null()])) }, { ...strict, minProperties: 1 }),
          response: adminAnswers({ 200: Concert }, 404, 409, 422),
        },
      },
      async ({ params: { id }, body }) => {
        if (body.opensAt) realDay(body.opensAt);
        const { opensAt, ...concert } = await openings.change(id, body);
        return { ...concert, ...(opensAt && { opensAt: opensAt.toISOString() }) };
      },
    );
    app.post(
      '/admin/concerts/:id/schedules',
      { schema: { summary: 'Add schedules to a concert', params, body: Type.Object({ schedules: Schedules }, strict), response: adminAnswers({ 201: Created }, 404, 409, 422) } },
      async ({ params: { id }, body: { schedules } }, reply) => {
        for (const { startsAt } of schedules) realDay(startsAt);
        return reply.code(201).send({ schedules: schedules.length, seats: await openings.addSchedules(id, schedules) });
      },
    );
    app.post(
      '/admin/schedules/:id/seats',
      { schema: { summary: 'Add seats to a schedule', params, body: Type.Object({ seats: Ranges }, strict), response: adminAnswers({ 201: Type.Object({ seats: Type.Integer() }, strict) }, 404, 409, 422) } },
      async ({ params: { id }, body: { seats } }, reply) => reply.code(201).send({ seats: await openings.addSeats(id, seats) }),
    );
  };
