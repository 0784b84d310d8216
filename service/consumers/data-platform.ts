import type { Context } from '../context.ts';
import { statement } from '../sql/statement.ts';
import type { ConsumerDefinition } from './definition.ts';
import { handled } from './handled.ts';

const storePlatformPaymentsSql = statement('store-platform-payments');

/** The data platform's consumer of payments: each lands there exactly once. */
export const dataPlatform = ({ db }: Pick<Context, 'db'>): ConsumerDefinition => ({
  name: 'data-platform',
  handles: handled['data-platform'].events,
  handle: async (events) => (await db.query(storePlatformPaymentsSql, ['data-platform', JSON.stringify(events.map(({ payload }) => payload))])).length,
});
