import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { GatewayLedger } from './ledger.ts';

const OrderId = Type.String({ minLength: 1, maxLength: 100 });
const Amount = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });
const ChargeRequest = Type.Object({ chargeId: OrderId, amount: Amount }, { additionalProperties: false });
type ChargeRequest = Static<typeof ChargeRequest>;
const RefundRequest = Type.Object({ refundId: OrderId, chargeId: OrderId, amount: Amount }, { additionalProperties: false });
type RefundRequest = Static<typeof RefundRequest>;

export interface GatewayBehaviour {
  readonly latencyMs: number;
  /** Whether it declines a charge over so much (KRW), as a real one does for lack of money. */
  readonly declines: (amount: number) => boolean;
}

/**
 * The external payment gateway, simulated: a process of its own with a ledger of its own. Charges and refunds are
 * idempotent by their id; the same id over another amount, or of another charge, is refused. 201: done, 402: declined.
 */
export function buildGateway(ledger: GatewayLedger, { latencyMs = 0, declines = () => false }: Partial<GatewayBehaviour> = {}): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: 'idle' });
  app.post<{ Body: ChargeRequest }>('/charges', { schema: { body: ChargeRequest } }, async (request, reply) => {
    if (latencyMs > 0) await sleep(latencyMs);
    const { chargeId, amount } = request.body;
    const charge = ledger.charge(chargeId, amount, declines(amount));
    if (charge.amount !== amount) return reply.code(422).send({ message: 'this charge was made with another amount' });
    return reply.code(charge.status === 'APPROVED' ? 201 : 402).send(charge);
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
    return reply.code(refund.status === 'APPROVED' ? 201 : 402).send(refund);
  });
  app.get<{ Params: { id: string } }>('/refunds/:id', (request, reply) => {
    const refund = ledger.findRefund(request.params.id);
    return refund ? reply.send(refund) : reply.code(404).send({ message: 'no such refund' });
  });
  app.get('/ledger', () => ({ charges: ledger.charges(), refunds: ledger.refunds() }));
  app.get('/health', () => ({ status: 'UP' }));
  return app;
}

if (import.meta.main) {
  const { PORT = '4000', HOST = '127.0.0.1', LEDGER_FILE, LATENCY_MS = '5', DECLINE_FROM_KRW = 'Infinity' } = process.env;
  const app = buildGateway(new GatewayLedger(LEDGER_FILE), { latencyMs: Number(LATENCY_MS), declines: (amount) => amount >= Number(DECLINE_FROM_KRW) });
  process.once('SIGTERM', () => void app.close());
  await app.listen({ host: HOST, port: Number(PORT) });
}
