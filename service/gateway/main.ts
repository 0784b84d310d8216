import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { GatewayLedger } from './ledger.ts';

const ChargeRequest = Type.Object(
  { chargeId: Type.String({ minLength: 1, maxLength: 100 }), amount: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }) },
  { additionalProperties: false },
);
type ChargeRequest = Static<typeof ChargeRequest>;

/**
 * The external payment gateway, simulated: a process of its own with a ledger of its own. A charge is idempotent by
 * its id; the same id with another amount is refused.
 */
export function buildGateway(ledger: GatewayLedger, latencyMs: number): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: 'idle' });
  app.post<{ Body: ChargeRequest }>('/charges', { schema: { body: ChargeRequest } }, async (request, reply) => {
    if (latencyMs > 0) await sleep(latencyMs);
    const { chargeId, amount } = request.body;
    const charge = ledger.book(chargeId, amount);
    if (charge.amount !== amount) return reply.code(422).send({ message: 'this charge was made with another amount' });
    return reply.code(201).send(charge);
  });
  app.get<{ Params: { id: string } }>('/charges/:id', (request, reply) => {
    const charge = ledger.find(request.params.id);
    return charge ? reply.send(charge) : reply.code(404).send({ message: 'no such charge' });
  });
  app.get('/ledger', () => ({ charges: ledger.all() }));
  app.get('/health', () => ({ status: 'UP' }));
  return app;
}

if (import.meta.main) {
  const { PORT = '4000', HOST = '127.0.0.1', LEDGER_FILE, LATENCY_MS = '5' } = process.env;
  const app = buildGateway(new GatewayLedger(LEDGER_FILE), Number(LATENCY_MS));
  process.once('SIGTERM', () => void app.close());
  await app.listen({ host: HOST, port: Number(PORT) });
}
