import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Metrics } from '../metrics/metrics.ts';

export const metricsRoutes =
  (metrics: Metrics): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.text()));
  };
