import type { Context } from '../context.ts';
import { statement } from '../sql/statement.ts';
import { startLoop, type Loop } from './loop.ts';

const purgeOutboxSql = statement('purge-outbox');
const purgeInboxSql = statement('purge-inbox');

const batchMax = 1000;
const everyMs = 60_000;

/** Forgets published events and what consumers remember, after their time; small batches, in one process at a time. */
export function startMessagingPurge({ db, config, metrics, log }: Context): Loop {
  return startLoop('messaging purge', log, async () => {
    const [outbox] = await db.query<{ purged: number }>(purgeOutboxSql, [config.outboxRetentionHours, batchMax]);
    const [inbox] = await db.query<{ purged: number }>(purgeInboxSql, [config.inboxRetentionHours, batchMax]);
    const purged = { outbox: outbox?.purged ?? 0, inbox: inbox?.purged ?? 0 };
    metrics.messagingPurged.inc({ table: 'outbox' }, purged.outbox);
    metrics.messagingPurged.inc({ table: 'inbox' }, purged.inbox);
    return Math.max(purged.outbox, purged.inbox) === batchMax ? 0 : everyMs;
  });
}
