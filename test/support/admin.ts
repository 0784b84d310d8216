import type { FastifyInstance, LightMyRequestResponse } from 'fastify';

export const ADMIN_KEY = 'key of operations in tests';

/** Asks as operations do. */
export function admin(app: FastifyInstance, method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object): Promise<LightMyRequestResponse> {
  return app.inject({ method, url, headers: { 'x-admin-key': ADMIN_KEY }, ...(payload && { payload }) });
}
