import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Audit } from '../../admin/audit.ts';
import type { AdminGuard } from '../../admin/guard.ts';
import type { Openings } from '../../admin/openings.ts';
import type { Outbox } from '../../admin/outbox.ts';
import type { Reconcile } from '../../admin/reconcile.ts';
import type { Status } from '../../admin/status.ts';
import type { DeadLetters } from '../../consumers/dead-letters.ts';
import type { Live } from '../../live/live.ts';
import { adminAccess } from '../../plugins/admin-access.ts';
import type { Catalogue } from '../../seats/catalogue.ts';
import type { Settlements } from '../../settlements/settlements.ts';
import { cacheRoutes } from './cache.ts';
import { checkRoutes } from './checks.ts';
import { eventRoutes } from './events.ts';
import { liveRoutes } from './live.ts';
import { openingRoutes } from './openings.ts';
import { settlementRoutes } from './settlements.ts';
import { statusRoutes } from './status.ts';

export interface AdminParts {
  readonly guard: AdminGuard;
  readonly status: Status;
  readonly outbox: Outbox;
  readonly deadLetters: DeadLetters;
  readonly audit: Audit;
  readonly reconcile: Reconcile;
  readonly catalogue: Catalogue;
  readonly openings: Openings;
  readonly live: Live;
  readonly settlements: Settlements;
}

/** What operations may ask and do. Everything here needs their key. */
export const adminRoutes =
  (parts: AdminParts): FastifyPluginAsyncTypebox =>
  async (app) => {
    await app.register(adminAccess, { guard: parts.guard });
    await app.register(statusRoutes(parts.status));
    await app.register(eventRoutes(parts.outbox, parts.deadLetters));
    await app.register(checkRoutes(parts.audit, parts.reconcile));
    await app.register(cacheRoutes(parts.catalogue));
    await app.register(openingRoutes(parts.openings));
    await app.register(liveRoutes(parts.live));
    await app.register(settlementRoutes(parts.settlements));
  };
