import { Client } from 'pg';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { compareText } from '../../harness/audit/compare.ts';
import { type LedgerName, ledgerRows } from '../../harness/contracts/ledger.ts';
import { exportTables } from '../../harness/targets/ticketing/ledger.ts';

const DATABASE = 'ledger_test';
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const exported = new Map<LedgerName, readonly Record<string, unknown>[]>();
let startedMs = 0;

/** Names that a locale sorts otherwise than bytes do. */
const users = ['b', 'B', 'a-1', 'a1', 'ä', '\uFFFD', '😀'];

beforeAll(async () => {
  startedMs = Date.now();
  await onServer(`CREATE DATABASE ${DATABASE} TEMPLATE ${inject('stack').templateDatabase}`);
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  try {
    await fill(client);
    await exportTables(client, async (name, rows) => {
      exported.set(name, await Array.fromAsync(rows as AsyncIterable<Record<string, unknown>>));
    });
  } finally {
    await client.end();
  }
});

afterAll(() => onServer(`DROP DATABASE IF EXISTS ${DATABASE}`));

test('every table comes out in the shape of its ledger, with at least one row', () => {
  for (const [name, rows] of exported) {
    expect([name, rows.length > 0]).toEqual([name, true]);
    expect([name, [...Value.Errors(Type.Array(ledgerRows[name]), rows)].slice(0, 1)]).toEqual([name, []]);
  }
  expect([...exported.keys()].toSorted()).toEqual(Object.keys(ledgerRows).filter((name) => !['gateway', 'gatewayRefunds', 'broker'].includes(name)).toSorted());
});

test('text is sorted by bytes, whatever the locale of the database', () => {
  expect(exported.get('wallets')?.map(({ user }) => user)).toEqual(users.toSorted(compareText));
});

test('rows are what was written: amounts as numbers, times in epoch milliseconds, the payment of an event', () => {
  expect(exported.get('payments')).toEqual([{ payment: uuid(2), reservation: uuid(1), user: 'b', amount: 50_000, method: 'POINT', status: 'SUCCESS', createdMs: 1_000_000_000_123 }]);
  expect(exported.get('seats')).toEqual([
    { schedule: 's1', seat: 2, price: 50_000, status: 'SOLD', reservation: uuid(1), fence: 1, holdUntilMs: null },
    { schedule: 's1', seat: 10, price: 50_000, status: 'AVAILABLE', reservation: null, fence: 0, holdUntilMs: null },
  ]);
  expect(exported.get('outbox')).toEqual([
    { event: uuid(5), topic: 'payment-events', aggregate: uuid(1), type: 'payment.completed', payment: uuid(2), createdMs: 1_000_000_000_123, publishedMs: null, lacks: ['data-platform', 'projections'] },
  ]);
});

test('a message that was put aside is told, with who could not work on it', () => {
  expect(exported.get('deadLetters')).toEqual([{ letter: 1, consumer: 'notifier', topic: 'notification-events', event: 'e', error: 'no template', replayed: false }]);
});

test('more rows than one fetch all come out, once', () => {
  expect(exported.get('keys')).toHaveLength(12_000);
  expect(new Set(exported.get('keys')?.map(({ key }) => key)).size).toBe(12_000);
});

test('the snapshot says when it was taken', () => {
  const takenMs = exported.get('snapshot')?.[0]?.takenMs as number;
  expect(takenMs).toBeGreaterThanOrEqual(startedMs - 1);
  expect(takenMs).toBeLessThanOrEqual(Date.now() + 1);
});

function databaseUrl(): string {
  const url = new URL(inject('stack').postgresAdminUrl);
  url.pathname = `/${DATABASE}`;
  return url.href;
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: inject('stack').postgresAdminUrl });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** A cut microsecond (.123999) shows that times are cut and not rounded. */
async function fill(client: Client): Promise<void> {
  const at = `to_timestamp(1000000000) + interval '123999 microseconds'`;
  await client.query(`
    INSERT INTO concerts (concert_id, title) VALUES ('c1', 'C');
    INSERT INTO schedules VALUES ('s1', 'c1', now(), 2);
    INSERT INTO seats (schedule_id, seat_no, price) VALUES ('s1', 10, 50000), ('s1', 2, 50000);
    INSERT INTO reservations (reservation_id, user_id, schedule_id, seat_no, price, status, fence, hold_until, confirmed_at)
      VALUES ('${uuid(1)}', 'b', 's1', 2, 50000, 'CONFIRMED', 1, now(), now());
    UPDATE seats SET status = 'SOLD', reservation_id = '${uuid(1)}', fence = 1 WHERE seat_no = 2;
    INSERT INTO payments VALUES ('${uuid(2)}', '${uuid(1)}', 'b', 50000, 'POINT', 'SUCCESS', NULL, ${at});
    INSERT INTO transfers VALUES ('${uuid(3)}', 'user:b', 'sys:revenue', 50000, 'USE', '${uuid(2)}', 0, ${at});
    INSERT INTO charges VALUES ('${uuid(4)}', 'b', 50000, 'SUCCESS', 'k', ${at}, now());
    INSERT INTO refunds VALUES ('${uuid(6)}', '${uuid(2)}', 'b', 50000, 'SUCCESS', NULL, ${at}, now());
    INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload, created_at)
      VALUES ('${uuid(5)}', 'payment-events', '${uuid(1)}', 'payment.completed', '{"paymentId":"${uuid(2)}"}', ${at});
    INSERT INTO dead_letters (consumer, topic, partition, message_offset, headers, event_id, error, attempts, first_failed_at) VALUES ('notifier', 'notification-events', 0, 7, '{}', 'e', 'no template', 3, ${at});
    INSERT INTO platform_payments VALUES ('${uuid(2)}', '${uuid(5)}', '${uuid(1)}', 50000);
    INSERT INTO queue_places VALUES ('all', 1, 'b', ${at}, ${at}, ${at}, NULL);
    INSERT INTO idempotency_keys (user_id, key, op, request_hash) SELECT 'b', 'k' || n, 'pay', '' FROM generate_series(1, 12000) n;
  `);
  await client.query('INSERT INTO wallets (user_id, balance) SELECT unnest($1::text[]), 5', [users]);
}
