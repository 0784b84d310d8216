import { setTimeout as sleep } from 'node:timers/promises';
import type { DatasetFile } from '../../contracts/stack.ts';
import type { Stack } from '../../stack/api.ts';
import { withPostgres } from './postgres.ts';
import { consumerDuties } from './published-events.ts';

const POLL_MS = 250;

const backlogSql = `
  SELECT (SELECT count(*) FROM outbox_events WHERE published_at IS NULL)::float8 AS unpublished,
         (SELECT count(*) FROM payments p WHERE p.status IN ('SUCCESS', 'REFUNDED') AND NOT EXISTS (SELECT 1 FROM platform_payments d WHERE d.payment_id = p.payment_id))::float8 AS undelivered,
         ((SELECT count(*) FROM charges WHERE status = 'PENDING') + (SELECT count(*) FROM payments WHERE status = 'PENDING') + (SELECT count(*) FROM refunds WHERE status = 'PENDING'))::float8 AS pending,
         (SELECT count(*)
            FROM unnest($1::text[], $2::text[]) AS c (consumer, event_type) JOIN outbox_events o USING (event_type)
           WHERE NOT EXISTS (SELECT 1 FROM consumer_inbox i WHERE i.consumer = c.consumer AND i.event_id = o.event_id)
             AND NOT EXISTS (SELECT 1 FROM dead_letters d WHERE d.consumer = c.consumer AND d.event_id = o.event_id::text))::float8 AS unconsumed`;

const backlogValues = [consumerDuties.map(([consumer]) => consumer), consumerDuties.map(([, event]) => event)];

interface Backlog {
  unpublished: number;
  undelivered: number;
  pending: number;
  unconsumed: number;
}

/**
 * Waits until nothing is under way any more: the outbox is published, every consumer has had its events (and put what it
 * could not work on among the dead letters), every committed payment is at the data platform
 * and nothing waits for the gateway: no charge, card payment or refund. At most `deadlineMs` from now; `detail` then says what was left. Errors of the database
 * count as "not yet" and end up in `detail`.
 */
export async function waitForDrain(options: { stack: Stack; dataset: DatasetFile; deadlineMs: number }): Promise<{ drained: boolean; detail: string }> {
  const startedMs = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedMs);
  let last = 'not looked at yet';
  while (true) {
    try {
      const url = options.stack.urls.postgresDirect(options.dataset.database);
      const left = await withPostgres(url, async (client) => (await client.query<Backlog>(backlogSql, backlogValues)).rows[0] as Backlog, 5000);
      if (left.unpublished + left.undelivered + left.pending + left.unconsumed === 0) return { drained: true, detail: `nothing left after ${elapsedMs()} ms` };
      last = `${left.unpublished} outbox rows not published, ${left.unconsumed} times an event not at a consumer, ${left.undelivered} payments not at the data platform, ${left.pending} charges, card payments or refunds pending`;
    } catch (error) {
      last = `postgres: ${(error as Error).message}`;
    }
    if (elapsedMs() + POLL_MS > options.deadlineMs) return { drained: false, detail: `not drained after ${elapsedMs()} ms; last: ${last}` };
    await sleep(POLL_MS);
  }
}
