import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Health } from '../clients/health.ts';
import { strict } from '../schemas/common.ts';

const Up = Type.Union([Type.Literal('UP'), Type.Literal('DOWN')]);
const HealthAnswer = Type.Object({ status: Up, database: Up, redis: Up }, strict);
const Readiness = Type.Object({ status: Type.Union([Type.Literal('READY'), Type.Literal('DEGRADED'), Type.Literal('NOT_READY')]), database: Up, redis: Up, kafka: Up }, strict);

export const healthRoutes =
  (health: Health, isStopping: () => boolean): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get('/health', { schema: { summary: '503 when database or Redis is down', response: { 200: HealthAnswer, 503: HealthAnswer } } }, async (_request, reply) => {
      const { database, redis } = await health.look();
      const up = database && redis;
      return reply.code(up ? 200 : 503).send({ status: word(up), database: word(database), redis: word(redis) });
    });
    app.get('/health/live', { schema: { summary: 'The process itself', response: { 200: Type.Object({ status: Up }, strict) } } }, async () => ({ status: word(true) }));
    // Without Redis or Kafka the service serves: taken out of the load balancer it could not.
    app.get('/health/ready', { schema: { summary: 'For the load balancer', response: { 200: Readiness, 503: Readiness } } }, async (_request, reply) => {
      const { database, redis, kafka } = await health.look();
      const ready = database && !isStopping();
      const status = !ready ? 'NOT_READY' : redis && kafka ? 'READY' : 'DEGRADED';
      return reply.code(ready ? 200 : 503).send({ status, database: word(database), redis: word(redis), kafka: word(kafka) });
    });
  };

const word = (up: boolean): 'UP' | 'DOWN' => (up ? 'UP' : 'DOWN');
