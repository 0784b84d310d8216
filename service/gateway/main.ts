import Fastify, { type FastifyInstance } from 'fastify';
import { BehaviourChange, wellBehaved } from './behaviour.ts';
import { books, type GatewayOptions } from './books.ts';
import { GatewayLedger } from './ledger.ts';
import { Mishaps } from './mishaps.ts';

/**
 * The external payment gateway, simulated: a process of its own with a ledger of its own. Charges and refunds are
 * idempotent by their id; the same id over another amount, or of another charge, is refused. 201: done, 402: declined.
 * `/behaviour` says how it misbehaves. Below `/probe` the same is done in a book that is nobody's: who watches what
 * those who pay meet moves no money, and changes nothing for them.
 */
export function buildGateway(ledger: GatewayLedger, { latencyMs = 0, declines = () => false }: Partial<GatewayOptions> = {}): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: 'idle' });
  let behaviour = wellBehaved;
  const options = { latencyMs, declines };
  app.register(books(ledger, new Mishaps(() => behaviour), options));
  app.register(books(new GatewayLedger(undefined), new Mishaps(() => behaviour), options), { prefix: '/probe' });
  app.get('/behaviour', () => behaviour);
  app.patch<{ Body: BehaviourChange }>('/behaviour', { schema: { body: BehaviourChange } }, (request) => (behaviour = { ...behaviour, ...request.body }));
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
