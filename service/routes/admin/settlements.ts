import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { adminAnswers, DateOnly, Limit, realDay, SerialId } from '../../schemas/admin.ts';
import { strict, Time } from '../../schemas/common.ts';
import type { Settlement, Settlements } from '../../settlements/settlements.ts';

const status = Type.Enum(['RUNNING', 'COMPLETED', 'FAILED']);
const Sum = Type.Object({ count: Type.Integer(), amount: Type.Integer({ description: 'KRW' }) }, strict);
const totals = { payments: Sum, refunds: Sum, net: Type.Integer({ description: 'KRW, payments less refunds' }) };
const SettlementAnswer = Type.Object(
  {
    settlementId: Type.Integer(),
    date: Type.String(),
    timeZone: Type.String(),
    from: Time,
    to: Type.String({ description: 'ISO 8601, UTC; no longer of this day' }),
    status,
    attempts: Type.Integer(),
    ...totals,
    byMethod: Type.Array(Type.Object({ method: Type.String(), ...totals }, strict)),
    startedAt: Time,
    finishedAt: Type.Optional(Time),
    error: Type.Optional(Type.String()),
  },
  strict,
);

export const settlementRoutes =
  (settlements: Settlements): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/settlements/date/:date',
      { schema: { summary: 'The daily close of a date', params: Type.Object({ date: DateOnly }), response: adminAnswers({ 200: SettlementAnswer }, 404, 422) } },
      async (request) => answerOf(await settlements.one({ date: realDay(request.params.date) })),
    );
    app.post(
      '/settlements/:id/reprocess',
      { schema: { summary: 'Make a settlement anew; 202 while another process is at it', params: Type.Object({ id: SerialId }), response: adminAnswers({ 200: SettlementAnswer, 202: SettlementAnswer }, 404, 409) } },
      async (request, reply) => {
        const settlement = await settlements.reprocess(Number(request.params.id));
        return reply.code(settlement.status === 'RUNNING' ? 202 : 200).send(answerOf(settlement));
      },
    );
    app.get(
      '/admin/settlements',
      {
        schema: {
          summary: 'Daily closes, newest first',
          querystring: Type.Object({ status: Type.Optional(status), before: Type.Optional(DateOnly), limit: Type.Optional(Limit) }, strict),
          response: adminAnswers({ 200: Type.Object({ settlements: Type.Array(SettlementAnswer) }, strict) }, 422),
        },
      },
      async ({ query: { status: wanted, before, limit } }) => ({ settlements: (await settlements.list({ status: wanted, before: before && realDay(before), limit: Number(limit ?? 20) })).map(answerOf) }),
    );
  };

function answerOf({ fromAt, toAt, startedAt, finishedAt, error, byMethod, settlementId, date, timeZone, status: state, attempts, ...sums }: Settlement) {
  return {
    settlementId,
    date,
    timeZone,
    from: fromAt.toISOString(),
    to: toAt.toISOString(),
    status: state,
    attempts,
    ...totalsOf(sums),
    byMethod: byMethod.map(({ method, ...of }) => ({ method, ...totalsOf(of) })),
    startedAt: startedAt.toISOString(),
    ...(finishedAt && { finishedAt: finishedAt.toISOString() }),
    ...(error !== null && { error }),
  };
}

function totalsOf(sums: Pick<Settlement, 'paymentsCount' | 'paymentsKrw' | 'refundsCount' | 'refundsKrw'>) {
  return {
    payments: { count: sums.paymentsCount, amount: sums.paymentsKrw },
    refunds: { count: sums.refundsCount, amount: sums.refundsKrw },
    net: sums.paymentsKrw - sums.refundsKrw,
  };
}
