import type { LedgerName } from '../../contracts/ledger.ts';
import { consumerDuties } from './published-events.ts';

/** What comes out of PostgreSQL; gateway and broker keep their own ledgers. */
export type TableLedger = Exclude<LedgerName, 'gateway' | 'gatewayRefunds' | 'broker' | 'snapshot'>;

/** Epoch milliseconds, cut, not rounded: an instant never moves into the future. */
const ms = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::float8`;

/** Which consumer has to have had which events: rows of a VALUES list. */
const duties = consumerDuties.map((duty) => `(${duty.map((name) => `'${name}'`).join(', ')})`).join(', ');

/**
 * One statement a ledger file: columns named and sorted as contracts/ledger.ts says. COLLATE "C" sorts by bytes, as the
 * joins of the audit do; int8 becomes float8 because pg would hand it over as text (exact up to 2^53 KRW).
 */
export const ledgerSql: Readonly<Record<TableLedger, string>> = {
  seats: `
    SELECT schedule_id AS schedule, seat_no AS seat, price::float8 AS price, status, reservation_id::text AS reservation, fence::float8 AS fence, CASE WHEN isfinite(hold_until) THEN ${ms('hold_until')} END AS "holdUntilMs"
    FROM seats ORDER BY schedule_id COLLATE "C", seat_no`,
  reservations: `
    SELECT reservation_id::text AS reservation, user_id AS "user", schedule_id AS schedule, seat_no AS seat, price::float8 AS price, status, fence::float8 AS fence,
           ${ms('hold_until')} AS "holdUntilMs", ${ms('created_at')} AS "createdMs"
    FROM reservations ORDER BY reservation_id::text COLLATE "C"`,
  payments: `
    SELECT payment_id::text AS payment, reservation_id::text AS reservation, user_id AS "user", amount::float8 AS amount, method, status, ${ms('created_at')} AS "createdMs"
    FROM payments ORDER BY payment_id::text COLLATE "C"`,
  wallets: `SELECT user_id AS "user", balance::float8 AS balance FROM wallets ORDER BY user_id COLLATE "C"`,
  transfers: `
    SELECT transfer_id::text AS transfer, debit, credit, amount::float8 AS amount, kind, ref_id::text AS ref, balance_after::float8 AS "balanceAfter", ${ms('created_at')} AS "createdMs"
    FROM transfers ORDER BY transfer_id::text COLLATE "C"`,
  charges: `
    SELECT charge_id::text AS charge, user_id AS "user", amount::float8 AS amount, status, idempotency_key AS key
    FROM charges ORDER BY charge_id::text COLLATE "C"`,
  refunds: `
    SELECT refund_id::text AS refund, payment_id::text AS payment, user_id AS "user", amount::float8 AS amount, status
    FROM refunds ORDER BY refund_id::text COLLATE "C"`,
  outbox: `
    SELECT event_id::text AS event, topic, aggregate_id AS aggregate, event_type AS type, payload->>'paymentId' AS payment, ${ms('created_at')} AS "createdMs", ${ms('published_at')} AS "publishedMs",
           coalesce((SELECT array_agg(d.consumer ORDER BY d.consumer) FROM (VALUES ${duties}) AS d (consumer, type)
                      WHERE d.type = event_type
                        AND NOT EXISTS (SELECT FROM consumer_inbox i WHERE i.consumer = d.consumer AND i.event_id = outbox_events.event_id)
                        AND NOT EXISTS (SELECT FROM dead_letters l WHERE l.consumer = d.consumer AND l.event_id = outbox_events.event_id::text)), '{}') AS lacks
    FROM outbox_events ORDER BY event_id::text COLLATE "C"`,
  platform: `
    SELECT payment_id::text AS payment, event_id::text AS event, reservation_id::text AS reservation, amount::float8 AS amount
    FROM platform_payments ORDER BY payment_id::text COLLATE "C"`,
  places: `
    SELECT scope, seq::float8 AS seq, user_id AS "user", ${ms('issued_at')} AS "issuedMs", ${ms('admitted_at')} AS "admittedMs", ${ms('expires_at')} AS "expiresMs", ${ms('done_at')} AS "doneMs"
    FROM queue_places ORDER BY scope COLLATE "C", seq`,
  keys: `
    SELECT user_id AS "user", key, op, status::float8 AS status, ${ms('created_at')} AS "createdMs"
    FROM idempotency_keys ORDER BY user_id COLLATE "C", key COLLATE "C"`,
  deadLetters: `
    SELECT id::float8 AS letter, consumer, topic, event_id AS event, error, replayed_at IS NOT NULL AS replayed
    FROM dead_letters ORDER BY id`,
};

/** When the snapshot was taken, by the clock that wrote the other times. */
export const snapshotSql = `SELECT ${ms('clock_timestamp()')} AS "takenMs"`;
