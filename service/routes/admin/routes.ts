import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { AdminGuard } from '../../admin/guard.ts';
import { adminAccess } from '../../plugins/admin-access.ts';
import type { Settlements } from '../../settlements/settlements.ts';
import { settlementRoutes } from './settlements.ts';

export interface AdminParts {
  readonly guard: AdminGuard;
  readonly settlements: Settlements;
}

/** What operations may ask and do. Everything below needs their key. */
export const adminRoutes =
  ({ guard, settlements }: AdminParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    await app.register(adminAccess, { guard });
    for (const routes of [settlementRoutes(settlements)]) await app.register(routes);
  };
