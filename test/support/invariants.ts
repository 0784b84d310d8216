import { expect } from 'vitest';
import type { TestService } from './service.ts';

/** What must hold between the tables whenever no request is under way: name → rows that break it. */
const broken: Readonly<Record<string, string>> = {
  'a seat with two live claims': `SELECT schedule_id, seat_no FROM reservations WHERE status IN ('HELD', 'CONFIRMED') GROUP BY 1, 2 HAVING count(*) > 1`,
  'seat and reservation disagree': `
    SELECT s.seat_no, s.status AS seat, r.reservation_id, r.status FROM (SELECT * FROM seats WHERE reservation_id IS NOT NULL) s
    FULL JOIN (SELECT * FROM reservations WHERE status IN ('HELD', 'CONFIRMED')) r USING (reservation_id)
    WHERE s.schedule_id IS NULL OR r.user_id IS NULL OR (s.schedule_id, s.seat_no, s.fence) IS DISTINCT FROM (r.schedule_id, r.seat_no, r.fence) OR (r.status = 'CONFIRMED') <> (s.status = 'SOLD')`,
  'confirmed, but not paid exactly once; or paid, but not confirmed': `
    SELECT r.reservation_id, r.status, count(p.payment_id) FROM reservations r LEFT JOIN payments p ON p.reservation_id = r.reservation_id AND p.status = 'SUCCESS'
    GROUP BY r.reservation_id HAVING count(p.payment_id) <> (r.status = 'CONFIRMED')::int`,
  'paid by another user or over another amount': `SELECT p.payment_id FROM payments p JOIN reservations r USING (reservation_id) WHERE p.amount <> r.price OR p.user_id <> r.user_id`,
  'a hold that is fenced without a pending card payment, or the other way round': `
    SELECT s.seat_no, s.hold_until, p.payment_id FROM (SELECT * FROM seats WHERE hold_until = 'infinity') s
    FULL JOIN (SELECT * FROM payments WHERE status = 'PENDING') p USING (reservation_id) WHERE s.seat_no IS NULL OR p.payment_id IS NULL`,
  'a wallet that is not the sum of its transfers': `
    SELECT * FROM wallets w FULL JOIN (SELECT u, sum(x) AS s FROM (SELECT credit AS u, amount AS x FROM transfers UNION ALL SELECT debit, -amount FROM transfers) z WHERE u LIKE 'user:%' GROUP BY u) l
    ON l.u = 'user:' || w.user_id WHERE coalesce(w.balance, 0) <> coalesce(l.s, 0) OR w.balance < 0`,
  'money that came from nowhere': `
    SELECT * FROM (SELECT coalesce(sum(CASE WHEN debit LIKE 'sys:%' THEN amount ELSE 0 END - CASE WHEN credit LIKE 'sys:%' THEN amount ELSE 0 END), 0) AS paid_in FROM transfers) t,
    (SELECT coalesce(sum(balance), 0) AS held FROM wallets) w WHERE paid_in <> held`,
  'points taken otherwise than once for each payment by points, or given back otherwise than once for each refunded one': `
    SELECT p.payment_id, p.status, count(t.*) FILTER (WHERE t.kind = 'USE') AS used, count(t.*) FILTER (WHERE t.kind = 'REFUND') AS returned
    FROM payments p LEFT JOIN transfers t ON t.ref_id = p.payment_id AND t.amount = p.amount
    GROUP BY p.payment_id HAVING count(t.*) FILTER (WHERE t.kind = 'USE') <> (p.method = 'POINT')::int
      OR count(t.*) FILTER (WHERE t.kind = 'REFUND') <> (p.method = 'POINT' AND p.status = 'REFUNDED')::int`,
  'a charge that was not credited once': `
    SELECT c.charge_id, c.status FROM charges c LEFT JOIN transfers t ON t.kind = 'CHARGE' AND t.ref_id = c.charge_id AND t.amount = c.amount AND t.credit = 'user:' || c.user_id
    GROUP BY c.charge_id HAVING count(t.*) <> (c.status = 'SUCCESS')::int`,
  'refunded without exactly one refund, or the other way round': `
    SELECT p.payment_id, p.status, count(f.*) FROM payments p LEFT JOIN refunds f ON f.payment_id = p.payment_id AND f.status = 'SUCCESS' AND f.amount = p.amount
    GROUP BY p.payment_id HAVING count(f.*) <> (p.status = 'REFUNDED')::int`,
  'refunded, but not cancelled': `SELECT p.payment_id, r.status FROM payments p JOIN reservations r USING (reservation_id) WHERE p.status = 'REFUNDED' AND r.status <> 'CANCELLED'`,
  'a payment or refund without its one event': `
    SELECT p.payment_id, p.status, o.event_type, count(o.*) FROM payments p CROSS JOIN (VALUES ('payment.completed'), ('payment.refunded')) AS e (type)
    LEFT JOIN outbox_events o ON o.event_type = e.type AND o.payload->>'paymentId' = p.payment_id::text AND o.aggregate_id = p.reservation_id::text
    GROUP BY p.payment_id, e.type, o.event_type
    HAVING count(o.*) <> (CASE e.type WHEN 'payment.completed' THEN p.status IN ('SUCCESS', 'REFUNDED') ELSE p.status = 'REFUNDED' END)::int`,
  'a reservation whose end was not told once': `
    SELECT r.reservation_id, r.status, count(o.*) FROM reservations r LEFT JOIN outbox_events o ON o.aggregate_id = r.reservation_id::text
     AND o.event_type IN ('reservation.expired', 'reservation.cancelled') AND o.payload->>'seatId' = r.schedule_id || ':' || r.seat_no
    GROUP BY r.reservation_id HAVING count(o.*) <> (r.status IN ('EXPIRED', 'CANCELLED'))::int`,
  'an idempotency key without its answer': `SELECT user_id, key FROM idempotency_keys WHERE status IS NULL`,
};

/** Fails with every invariant of the audit that does not hold, and its first rows. The gateway's own book is compared as well, once nothing is pending there. */
export async function expectInvariants(shop: Pick<TestService, 'rows' | 'gatewayLedger'>): Promise<void> {
  const found: Record<string, unknown[]> = {};
  for (const [name, sql] of Object.entries(broken)) {
    const rows = await shop.rows(sql);
    if (rows.length > 0) found[name] = rows.slice(0, 3);
  }
  const disagreements = await gatewayDisagreements(shop);
  if (disagreements.length > 0) found['the gateway has another opinion'] = disagreements.slice(0, 3);
  expect(found).toEqual({});
}

async function gatewayDisagreements({ rows, gatewayLedger }: Pick<TestService, 'rows' | 'gatewayLedger'>): Promise<unknown[]> {
  const ours = await rows<{ id: string; amount: number; status: string }>(`
    SELECT charge_id AS id, amount::float8 AS amount, status FROM charges
    UNION ALL SELECT payment_id, amount::float8, CASE status WHEN 'REFUNDED' THEN 'SUCCESS' ELSE status END FROM payments WHERE method = 'CARD'
    UNION ALL SELECT refund_id, f.amount::float8, f.status FROM refunds f JOIN payments p USING (payment_id) WHERE p.method = 'CARD'`);
  const theirs = [...gatewayLedger.charges().map(({ chargeId, ...entry }) => ({ id: chargeId, ...entry })), ...gatewayLedger.refunds().map(({ refundId, ...entry }) => ({ id: refundId, ...entry }))];
  const settled = new Map(ours.filter(({ status }) => status === 'SUCCESS').map(({ id, amount }) => [id, amount]));
  const open = new Set(ours.filter(({ status }) => status === 'PENDING').map(({ id }) => id));
  const approved = new Map(theirs.filter(({ status }) => status === 'APPROVED').map(({ id, amount }) => [id, amount]));
  return [
    ...[...settled].filter(([id, amount]) => approved.get(id) !== amount).map(([id, amount]) => ({ ours: id, amount, theirs: approved.get(id) ?? null })),
    ...[...approved].filter(([id]) => !settled.has(id) && !open.has(id)).map(([id, amount]) => ({ theirs: id, amount, ours: null })),
  ];
}
