import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Identity } from '../auth/identity.ts';
import type { Payments } from '../money/payments.ts';
import type { Refunds } from '../money/refunds.ts';
import { Amount, answers, strict, Uuid, WithToken, WithTokenAndKey, WithTokenAndOptionalKey } from '../schemas/common.ts';

const Method = Type.Union([Type.Literal('POINT'), Type.Literal('CARD')]);
const sale = { paymentId: Type.String(), reservationId: Type.String(), scheduleId: Type.String(), seatNo: Type.Integer(), method: Method, amount: Type.Integer() };
const Paid = Type.Object({ ...sale, status: Type.Literal('SUCCESS'), balance: Type.Optional(Type.Integer({ description: 'points left' })) }, strict);
const Pending = Type.Object({ ...sale, status: Type.Literal('PENDING') }, strict);
const refundStatuses = [Type.Literal('PENDING'), Type.Literal('SUCCESS'), Type.Literal('FAILED')] as const;
const State = Type.Object(
  {
    ...sale,
    status: Type.Union([...refundStatuses, Type.Literal('REFUNDED')]),
    refund: Type.Union([...refundStatuses, Type.Null()], { description: 'the last one that was asked for' }),
  },
  strict,
);
const refund = { refundId: Type.String(), paymentId: Type.String(), reservationId: Type.String(), method: Method, amount: Type.Integer() };
const Refunded = Type.Object({ ...refund, status: Type.Literal('SUCCESS') }, strict);
const RefundPending = Type.Object({ ...refund, status: Type.Literal('PENDING') }, strict);
const params = Type.Object({ id: Uuid });

export const paymentRoutes =
  (identity: Identity, payments: Payments, refunds: Refunds): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/payments',
      {
        config: { limit: 'orders' },
        schema: {
          summary: 'Pay for a held seat; ends your place in the queue. 202 while the gateway has not said whether it charged the card',
          headers: WithTokenAndKey,
          body: Type.Object({ reservationId: Uuid, amount: Amount, method: Type.Optional(Method) }, strict),
          response: answers({ 201: Paid, 202: Pending }, 401, 402, 403, 404, 409, 410, 422),
        },
      },
      async (request, reply) => {
        const payment = await payments.pay(identity.placeOf(request), { method: 'POINT', ...request.body }, request.headers['idempotency-key'], request.visit);
        return reply.code(payment.status === 'SUCCESS' ? 201 : 202).send(payment);
      },
    );
    app.get(
      '/payments/:id',
      { schema: { summary: 'One of your own payments', headers: WithToken, params, response: answers({ 200: State }, 401, 403, 404) } },
      async (request) => payments.find(request.params.id, identity.userOf(request)),
    );
    app.post(
      '/payments/:id/refund',
      {
        schema: {
          summary: 'Get the money back and give the seat up. 202 while the gateway has not said whether it paid the card back',
          headers: WithTokenAndOptionalKey,
          params,
          response: answers({ 201: Refunded, 202: RefundPending }, 401, 403, 404, 409, 422),
        },
      },
      async (request, reply) => {
        const made = await refunds.refund(request.params.id, identity.userOf(request), request.headers['idempotency-key'], request.visit);
        return reply.code(made.status === 'SUCCESS' ? 201 : 202).send(made);
      },
    );
  };
