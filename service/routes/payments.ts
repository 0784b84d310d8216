import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Identity } from '../auth/identity.ts';
import type { Payments } from '../money/payments.ts';
import { Amount, answers, strict, Uuid, WithTokenAndKey } from '../schemas/common.ts';

const Paid = Type.Object(
  {
    paymentId: Type.String(),
    reservationId: Type.String(),
    scheduleId: Type.String(),
    seatNo: Type.Integer(),
    status: Type.Literal('SUCCESS'),
    amount: Type.Integer(),
    balance: Type.Integer({ description: 'points left' }),
  },
  strict,
);

export const paymentRoutes =
  (identity: Identity, payments: Payments): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/payments',
      {
        config: { limit: 'orders' },
        schema: {
          summary: 'Pay for a held seat with points; ends your place in the queue',
          headers: WithTokenAndKey,
          body: Type.Object({ reservationId: Uuid, amount: Amount }, strict),
          response: answers({ 201: Paid }, 401, 402, 403, 404, 409, 410, 422),
        },
      },
      async (request, reply) => {
        return reply.code(201).send(await payments.pay(identity.placeOf(request), request.body, request.headers['idempotency-key'], request.visit));
      },
    );
  };
