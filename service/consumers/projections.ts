import type { Context } from '../context.ts';
import { statement } from '../sql/statement.ts';
import type { ConsumerDefinition } from './definition.ts';
import { handled } from './handled.ts';

const projectEventsSql = statement('project-events');

/**
 * What follows for seats and for people from reservations and payments: seat-events and notification-events, written to
 * the outbox together with the inbox. So buying itself writes no more rows for them.
 */
export const projections = ({ db, wake }: Pick<Context, 'db' | 'wake'>): ConsumerDefinition => ({
  name: 'projections',
  handles: handled.projections.events,
  async handle(events) {
    const [row] = await db.query<{ fresh: number }>(projectEventsSql, ['projections', JSON.stringify(events.map(({ payload, traceparent }) => ({ payload, traceparent })))]);
    wake.relay();
    return row?.fresh ?? 0;
  },
});
