import swaggerUi from '@fastify/swagger-ui';
import type { FastifyPluginAsync } from 'fastify';

/** /docs: the OpenAPI document as a page. All of it comes from here, under a policy that lets nothing else in. */
export const docsPage: FastifyPluginAsync = async (app) => {
  app.addHook('onRoute', (options) => void (options.config = { ...options.config, group: 'docs' }));
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true, uiConfig: { validatorUrl: null, supportedSubmitMethods: [] } });
};
