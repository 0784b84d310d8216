import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyPluginAsync } from 'fastify';
import Type, { type Static } from 'typebox';
import type { GatewayLedger } from './ledger.ts';
import type { Mishaps } from './mishaps.ts';

const OrderId = Type.String({ minLength: 1, maxLength: 100 });
const Amount = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });
const ChargeRequest = Type.Object({ chargeId: OrderId, amount: Amount }, { additionalProperties: false });
type ChargeRequest = Static<typeof ChargeRequest>;
const RefundRequest = Type.Object({ refundId: OrderId, chargeId: OrderId, amount: Amount }, { additionalProperties: false });
type RefundRequest = Static<typeof RefundRequest>;

export interface GatewayOptions {
  readonly latencyMs: number;
  /** Whether it declines a charge over so much (KRW), as a real one does for lack of money. */
  readonly declines: (amount: number) => boolean;
}

/** Charges and refunds in a ledger: to make them, and to ask what became of them. */
export const books =
  (ledger: GatewayLedger, mishaps: Mishaps, { latencyMs, declines }: GatewayOptions): FastifyPluginAsync =>
  async (app) => {
    app.addHook('preHandler', (_request, reply) => mishaps.meet(reply));
    app.post<{ Body: ChargeRequest }>('/charges', { schema: { body: ChargeRequest } }, async (request, reply) => {
      if (latencyMs > 0) await sleep(latencyMs);
      const { chargeId, amount } = request.body;
      const charge = ledger.charge(chargeId, amount, declines(amount));
      if (charge.amount !== amount) return reply.code(422).send({ message: 'this charge was made with another amount' });
      return mishaps.answer(reply, charge.status === 'APPROVED' ? 201 : 402, charge);
    });
    app.get<{ Params: { id: string } }>('/charges/:id', (request, reply) => {
      const charge = ledger.findCharge(request.params.id);
      return charge ? reply.send(charge) : reply.code(404).send({ message: 'no such charge' });
    });
    app.post<{ Body: RefundRequest }>('/refunds', { schema: { body: RefundRequest } }, async (request, reply) => {
      if (latencyMs > 0) await sleep(latencyMs);
      const { refundId, chargeId, amount } = request.body;
      const refund = ledger.refund(refundId, chargeId, amount);
      if (refund.amount !== amount || refund.chargeId !== chargeId) return reply.code(422).send({ message: 'this refund was made for something else' });
      return mishaps.answer(reply, refund.status === 'APPROVED' ? 201 : 402, refund);
    });
    app.get<{ Params: { id: string } }>('/refunds/:id', (request, reply) => {
      const refund = ledger.findRefund(request.params.id);
      return refund ? reply.send(refund) : reply.code(404).send({ message: 'no such refund' });
    });
  };
