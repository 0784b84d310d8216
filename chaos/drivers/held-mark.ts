import { untilSeen } from './deadline.ts';
import { lookerAt, type LockLooker } from './lock-looker.ts';

/** How long to wait for a payment that is told and held in the same moment, and for one that is held to be marked. */
const WITHIN_MS = 15_000;
const MARKED_WITHIN_MS = 1500;

/** Payments that nobody has told yet, held, so that nobody can mark them as told. */
const holdSql = `SELECT id FROM outbox_events WHERE published_at IS NULL AND event_type = 'payment.completed' ORDER BY id FOR UPDATE SKIP LOCKED`;
/** How the service marks what the brokers have acknowledged, and nothing else. */
const MARK = 'outbox_events SET published_at';

/**
 * Holds the relay between sending and marking: payments that are still to be told are locked, it sends them, and then
 * waits to mark them. Runs `meanwhile` in that moment. What had been asked for is not carried out afterwards, for who
 * asked is to be dead by then: PostgreSQL would not notice. Throws when the moment did not come, or when it got away.
 */
export async function whileUnmarked(postgresUrl: string, meanwhile: () => Promise<void>): Promise<void> {
  await using holder = await lookerAt(postgresUrl);
  await using looker = await lookerAt(postgresUrl);
  const ids = await untilSeen({ what: 'a payment that is sent and not marked', withinMs: WITHIN_MS, pauseMs: 2 }, () => holdUnmarked(holder, looker));
  await meanwhile();
  await looker.endWaiting(holder);
  await holder.client.query('ROLLBACK');
  const { rows: unmarked } = await looker.client.query('SELECT 1 FROM outbox_events WHERE id = ANY ($1) AND published_at IS NULL', [ids]);
  if (unmarked.length === 0) throw new Error('the payments were marked before the process had ended');
}

/** The payments that are locked and waited for; undefined, and nothing locked, when there are none. */
async function holdUnmarked(holder: LockLooker, looker: LockLooker): Promise<string[] | undefined> {
  await holder.client.query('BEGIN');
  const { rows } = await holder.client.query<{ id: string }>(holdSql);
  const waited = rows.length > 0 && (await untilSeen({ what: 'the mark', withinMs: MARKED_WITHIN_MS, pauseMs: 4 }, () => looker.waitingFor(holder, MARK)).catch(() => false));
  if (waited) return rows.map(({ id }) => id);
  await holder.client.query('ROLLBACK');
  return undefined;
}
