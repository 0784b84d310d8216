import pg from 'pg';
import { untilSeen } from './deadline.ts';

const OPTIONS = { connectionTimeoutMillis: 2000, query_timeout: 2000, application_name: 'gatecrash-held-mark' } as const;
/** How long to wait for a payment that is told and held in the same moment, and for one that is held to be marked. */
const WITHIN_MS = 15_000;
const MARKED_WITHIN_MS = 1500;

/** Payments that nobody has told yet, held, so that nobody can mark them as told. */
const holdSql = `SELECT id FROM outbox_events WHERE published_at IS NULL AND event_type = 'payment.completed' ORDER BY id FOR UPDATE SKIP LOCKED`;
/** Sessions that wait for them to mark them: the service marks what the brokers have acknowledged, and nothing else. */
const waitingSql = `SELECT pid FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)) AND query LIKE '%outbox_events SET published_at%'`;
const endSql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))`;

/**
 * Holds the relay between sending and marking: payments that are still to be told are locked, it sends them, and then
 * waits to mark them. Runs `meanwhile` in that moment. What had been asked for is not carried out afterwards, for who
 * asked is to be dead by then: PostgreSQL would not notice. Throws when the moment did not come, or when it got away.
 */
export async function whileUnmarked(postgresUrl: string, meanwhile: () => Promise<void>): Promise<void> {
  await using holder = await connected(postgresUrl);
  await using looker = await connected(postgresUrl);
  const { rows: [own] } = await holder.client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const ids = await untilSeen({ what: 'a payment that is sent and not marked', withinMs: WITHIN_MS, pauseMs: 2 }, async () => {
    await holder.client.query('BEGIN');
    const { rows } = await holder.client.query<{ id: string }>(holdSql);
    const waiting = rows.length > 0 && (await isWaited(looker.client, own?.pid));
    if (waiting) return rows.map(({ id }) => id);
    await holder.client.query('ROLLBACK');
    return undefined;
  });
  await meanwhile();
  await looker.client.query(endSql, [own?.pid]);
  await holder.client.query('ROLLBACK');
  const { rows: unmarked } = await looker.client.query('SELECT 1 FROM outbox_events WHERE id = ANY ($1) AND published_at IS NULL', [ids]);
  if (unmarked.length === 0) throw new Error('the payments were marked before the process had ended');
}

const isWaited = (looker: pg.Client, pid: number | undefined): Promise<boolean> =>
  untilSeen({ what: 'the mark', withinMs: MARKED_WITHIN_MS, pauseMs: 4 }, async () => ((await looker.query(waitingSql, [pid])).rows.length > 0 ? true : undefined)).catch(() => false);

async function connected(connectionString: string): Promise<AsyncDisposable & { readonly client: pg.Client }> {
  const client = new pg.Client({ ...OPTIONS, connectionString });
  client.on('error', () => undefined); // Its next query says so.
  await client.connect();
  return { client, [Symbol.asyncDispose]: () => client.end().catch(() => undefined) };
}
