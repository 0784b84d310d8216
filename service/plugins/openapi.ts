import swagger from '@fastify/swagger';
import fp from 'fastify-plugin';

export const serviceVersion = '0.1.0';

/** The OpenAPI document, from the same schemas that validate; kept as openapi.json by a golden test. */
export const openapi = fp(
  async (app) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.0.3',
        info: { title: 'Ticketing', version: serviceVersion, description: 'Queue token, seat, payment. Every route is also mounted under /api.' },
        components: {
          securitySchemes: {
            accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'accessToken of POST /auth/login' },
            queueToken: { type: 'apiKey', in: 'header', name: 'X-Queue-Token', description: 'tokenValue of POST /queue/token' },
            adminKey: { type: 'apiKey', in: 'header', name: 'X-Admin-Key', description: 'the key of operations, ADMIN_KEY' },
            adminBearer: { type: 'http', scheme: 'bearer', description: 'the key of operations as a bearer token' },
          },
        },
      },
    });
  },
  { name: 'openapi' },
);
