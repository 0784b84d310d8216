import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Identity } from '../auth/identity.ts';
import type { Context } from '../context.ts';
import type { Charges } from '../money/charges.ts';
import { balanceOf } from '../money/wallets.ts';
import { Amount, answers, strict, WithToken, WithTokenAndKey } from '../schemas/common.ts';

const Receipt = Type.Object({ chargeId: Type.String(), status: Type.Union([Type.Literal('SUCCESS'), Type.Literal('PENDING')]), balance: Type.Optional(Type.Integer()) }, strict);

export const pointRoutes =
  (context: Context, identity: Identity, charges: Charges): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/points',
      { schema: { summary: 'How many points you have', headers: WithToken, response: answers({ 200: Type.Object({ balance: Type.Integer() }, strict) }, 401, 403) } },
      async (request) => ({ balance: await balanceOf(context, identity.userOf(request)) }),
    );
    app.post(
      '/points/charge',
      {
        schema: {
          summary: 'Buy points; 202 while the gateway has not said whether it took the money',
          headers: WithTokenAndKey,
          body: Type.Object({ amount: Amount }, strict),
          response: answers({ 201: Receipt, 202: Receipt }, 401, 402, 403, 409, 422),
        },
      },
      async (request, reply) => {
        const receipt = await charges.charge(identity.userOf(request), request.body.amount, request.headers['idempotency-key'], request.visit);
        return reply.code(receipt.status === 'SUCCESS' ? 201 : 202).send(receipt);
      },
    );
  };
