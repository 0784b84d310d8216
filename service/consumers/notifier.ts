import type { Context } from '../context.ts';
import { statement } from '../sql/statement.ts';
import type { ConsumerDefinition } from './definition.ts';
import { handled } from './handled.ts';

const storeNotificationsSql = statement('store-notifications');

interface Sent {
  readonly notificationId: string;
  readonly userId: string;
  readonly template: string;
}

/** Tells people what became of their reservations and payments, once each: here by writing it down and into the log. */
export const notifier = ({ db, log }: Pick<Context, 'db' | 'log'>): ConsumerDefinition => ({
  name: 'notifier',
  handles: handled.notifier.events,
  async handle(events) {
    const sent = await db.query<Sent>(storeNotificationsSql, ['notifier', JSON.stringify(events.map(({ payload }) => payload))]);
    for (const { notificationId, userId, template } of sent) log.debug({ event: 'notification.sent', eventId: notificationId, userId, template }, 'told');
    return sent.length;
  },
});
