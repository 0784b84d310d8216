import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { auditChecks } from '../../service/admin/audit.ts';
import { ADMIN_KEY, admin } from '../support/admin.ts';
import { PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';
import { soldSeat } from '../support/sold-seat.ts';

let shop: TestService;
let session: pg.Client;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { topics: false, seats: 5, settings: { ADMIN_KEY } });
  session = new pg.Client(shop.env['DATABASE_URL']);
  session.on('error', () => undefined);
  await session.connect();
});
afterAll(async () => {
  await session?.end();
  await shop?.[Symbol.asyncDispose]();
});

interface Report {
  ok: boolean;
  checks: { name: string; checked: number; violations: number; examples: string[] }[];
}
const audit = async (): Promise<Report> => (await admin(shop.service.app, 'POST', '/admin/audit')).json() as Report;
const found = ({ checks }: Report): string[] => checks.filter(({ violations }) => violations > 0).map(({ name }) => name);

/** What the checks find after this SQL, all of it undone afterwards. The schema forbids most defects, so its guards are off. */
async function findings(...sql: readonly string[]): Promise<Map<string, string[]>> {
  const hits = new Map<string, string[]>();
  try {
    await session.query('BEGIN');
    await session.query('SET LOCAL session_replication_role = replica');
    for (const text of sql) await session.query(text);
    for (const { name, sql: check } of auditChecks) {
      const [row] = (await session.query<{ violations: string; examples: string[] }>(check.text)).rows;
      if (Number(row?.violations) > 0) hits.set(name, row?.examples ?? []);
    }
  } finally {
    await session.query('ROLLBACK');
  }
  return hits;
}

test('a healthy shop has nothing, and much was looked at', async () => {
  const buyer = await (await shop.buyer()).active();
  await buyer.charge(PRICE);
  const { reservationId } = (await buyer.reserve(SCHEDULE, 5)).json() as { reservationId: string };
  expect((await buyer.pay(reservationId, PRICE)).statusCode).toBe(201);
  const report = await audit();
  expect(found(report)).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.checks.map(({ name }) => name)).toEqual(auditChecks.map(({ name }) => name));
  for (const name of ['one-owner', 'confirmed-is-paid', 'payment-is-booked', 'payment-is-told', 'balance-is-ledger', 'queue-in-order']) expect(report.checks.find((check) => check.name === name)?.checked, name).toBeGreaterThan(0);
});

test('a violation makes the report not ok, with an example, until it is gone', async () => {
  await shop.rows(`INSERT INTO wallets (user_id, balance) VALUES ('forger', 1)`);
  const report = await audit();
  expect(report.ok).toBe(false);
  expect(report.checks.find(({ name }) => name === 'balance-is-ledger')).toMatchObject({ violations: 1, examples: ['user:forger'] });
  await shop.rows(`DELETE FROM wallets WHERE user_id = 'forger'`);
  expect((await audit()).ok).toBe(true);
});

test('the database away is 503, never ok', async () => {
  await shop.postgres.cut();
  try {
    expect((await admin(shop.service.app, 'POST', '/admin/audit')).statusCode).toBe(503);
  } finally {
    await shop.postgres.heal();
    session = new pg.Client(shop.env['DATABASE_URL']);
    await session.connect();
  }
});

const rid = randomUUID();
const somebody = 'somebody';

test('the planted seat is sound before it is broken', async () => {
  expect(await findings(soldSeat(rid, somebody))).toEqual(new Map());
});

test.for([
  { defect: 'a seat sold to two', finds: ['one-owner'], sql: `DROP INDEX one_live_per_seat; INSERT INTO reservations SELECT gen_random_uuid(), 'thief', schedule_id, seat_no, price, status, fence + 1, hold_until, created_at, confirmed_at FROM reservations WHERE reservation_id = '${rid}'` },
  { defect: 'a seat that forgot its reservation', finds: ['seat-is-reservation'], sql: `UPDATE seats SET status = 'AVAILABLE', reservation_id = NULL WHERE reservation_id = '${rid}'` },
  { defect: 'a payment of another amount', finds: ['payment-is-reservation', 'payment-is-booked'], sql: `UPDATE payments SET amount = amount - 1 WHERE reservation_id = '${rid}'` },
  { defect: 'a payment that was lost', finds: ['confirmed-is-paid'], sql: `DELETE FROM payments WHERE reservation_id = '${rid}'` },
  { defect: 'money out of nothing', finds: ['balance-is-ledger', 'money-conserved'], sql: `UPDATE wallets SET balance = balance + 1 WHERE user_id = '${somebody}'` },
  { defect: 'a payment nobody was told of', finds: ['payment-is-told'], sql: `DELETE FROM outbox_events WHERE aggregate_id = '${rid}' AND event_type = 'payment.completed'` },
  { defect: 'a refund without its money', finds: ['refunded-once', 'payment-is-booked'], sql: `UPDATE payments SET status = 'REFUNDED' WHERE reservation_id = '${rid}'` },
  { defect: 'a charge that is not booked', finds: ['charge-is-booked'], sql: `DELETE FROM transfers WHERE kind = 'CHARGE' AND credit = 'user:${somebody}'` },
  { defect: 'a hold that nobody ends', finds: ['no-overdue-hold'], sql: `UPDATE reservations SET status = 'HELD', confirmed_at = NULL, hold_until = now() - interval '1 hour' WHERE reservation_id = '${rid}'; UPDATE seats SET status = 'HELD', hold_until = now() - interval '1 hour' WHERE reservation_id = '${rid}'` },
  { defect: 'a key left half done', finds: ['no-half-key'], sql: `UPDATE idempotency_keys SET status = NULL, created_at = now() - interval '1 hour' WHERE user_id = '${somebody}'` },
  { defect: 'an event that is stuck', finds: ['outbox-fresh'], sql: `UPDATE outbox_events SET published_at = NULL, created_at = now() - interval '1 hour' WHERE aggregate_id = '${rid}'` },
  { defect: 'a published payment that did not arrive', finds: ['payment-arrived'], sql: `UPDATE outbox_events SET published_at = now() - interval '1 hour' WHERE aggregate_id = '${rid}'` },
  { defect: 'a payment the platform made up', finds: ['platform-is-paid'], sql: `INSERT INTO platform_payments (payment_id, event_id, reservation_id, amount) VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1)` },
  { defect: 'a charge the gateway was never asked about again', finds: ['gateway-settled', 'charge-is-booked'], sql: `UPDATE charges SET status = 'PENDING', settled_at = NULL, created_at = now() - interval '1 hour' WHERE user_id = '${somebody}'` },
  { defect: 'somebody passed over', finds: ['queue-in-order'], sql: `UPDATE queue_places SET admitted_at = NULL, expires_at = NULL, done_at = NULL WHERE user_id = '${somebody}'` },
])('the audit finds $defect', async ({ finds, sql }) => {
  const hits = await findings(soldSeat(rid, somebody), sql);
  expect([...hits.keys()]).toEqual(expect.arrayContaining(finds));
  for (const name of finds) expect(hits.get(name)?.length, name).toBeGreaterThan(0);
});
