import { writeFileSync } from 'node:fs';
import type { Client } from 'pg';
import { signToken } from '../../service/domain/token.ts';

export const SECRET = 'the secret of the benchmarks';
export const PRICE = 50_000;
export const SCHEDULES = 100;
export const SEATS = 3000;
export const BUYERS = 2000;
/** Held seats that wait for their payment, a round. */
export const HELD = 25_000;

const issued = new Date('2026-01-01T00:00:00Z');
const uuidSql = (number: string) => `('00000000-0000-4000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/** A sale with plenty of seats and some people who may buy; tokens for them in `file`. */
export async function prepareSale(client: Client, file: string): Promise<void> {
  await client.query(`INSERT INTO concerts (concert_id, title) VALUES ('bench', 'Benchmark')`);
  await client.query(`INSERT INTO schedules (schedule_id, concert_id, starts_at, seats_total) SELECT 'bench_' || n, 'bench', now() + interval '1 day', $2 FROM generate_series(1, $1::int) n`, [SCHEDULES, SEATS]);
  await client.query(`INSERT INTO seats (schedule_id, seat_no, price) SELECT 'bench_' || n, seat, ${PRICE} FROM generate_series(1, $1::int) n, generate_series(1, $2::int) seat`, [SCHEDULES, SEATS]);
  await places(client, 'buyer-', 1, BUYERS);
  writeFileSync(file, lines(1, BUYERS, (seq) => tokenOf('buyer-', seq)));
}

/** Nobody holds a seat any more: every round begins with the same data. */
export async function freeSeats(client: Client): Promise<void> {
  await client.query('TRUNCATE outbox_events, idempotency_keys, payments, transfers, reservations, seats CASCADE');
  await client.query(`INSERT INTO seats (schedule_id, seat_no, price) SELECT 'bench_' || n, seat, ${PRICE} FROM generate_series(1, $1::int) n, generate_series(1, $2::int) seat`, [SCHEDULES, SEATS]);
  await settle(client);
}

/** `HELD` people with a held seat and the points for it; "reservation token" a line in `file`. */
export async function holdSeats(client: Client, file: string): Promise<void> {
  const [from, to] = [BUYERS + 1, BUYERS + HELD];
  await client.query('TRUNCATE wallets');
  await client.query('DELETE FROM queue_places WHERE seq BETWEEN $1 AND $2', [from, to]);
  await freeSeats(client);
  await places(client, 'payer-', from, to);
  await client.query(`INSERT INTO wallets (user_id, balance) SELECT 'payer-' || n, ${PRICE} FROM generate_series($1::int, $2::int) n`, [from, to]);
  await client.query('BEGIN');
  await client.query('SET CONSTRAINTS ALL DEFERRED');
  await client.query(
    `INSERT INTO reservations (reservation_id, user_id, schedule_id, seat_no, price, status, fence, hold_until)
     SELECT ${uuidSql('n')}, 'payer-' || n, 'bench_' || 1 + n % ${SCHEDULES}, 1 + n / ${SCHEDULES}, ${PRICE}, 'HELD', 1, now() + interval '1 hour' FROM generate_series($1::int, $2::int) n`,
    [from, to],
  );
  await client.query(
    `UPDATE seats s SET status = 'HELD', reservation_id = r.reservation_id, hold_until = r.hold_until, fence = 1 FROM reservations r
      WHERE s.schedule_id = r.schedule_id AND s.seat_no = r.seat_no`,
  );
  await client.query('COMMIT');
  await settle(client);
  writeFileSync(file, lines(from, to, (seq) => `${reservationOf(seq)} ${tokenOf('payer-', seq)}`));
}

/** A reservation's id from its number; the same in SQL above and in the scripts of pgbench. */
export const reservationOf = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

const tokenOf = (head: string, seq: number): string => signToken({ user: `${head}${seq}`, scope: 'all', seq, issuedAtMs: issued.getTime() }, SECRET);

function lines(from: number, to: number, line: (seq: number) => string): string {
  return Array.from({ length: to - from + 1 }, (_none, index) => `${line(from + index)}\n`).join('');
}

async function places(client: Client, head: string, from: number, to: number): Promise<void> {
  await client.query(
    `INSERT INTO queue_places (scope, seq, user_id, issued_at, admitted_at, expires_at)
     SELECT 'all', n, $1::text || n, $4::timestamptz, now(), now() + interval '1 day' FROM generate_series($2::int, $3::int) n`,
    [head, from, to, issued],
  );
  await client.query(`UPDATE queue_tail SET last_seq = greatest(last_seq, $1) WHERE scope = 'all'`, [to]);
  await client.query(`UPDATE queue_head SET watermark = greatest(watermark, $1) WHERE scope = 'all'`, [to]);
}

/** What the rounds before left behind must not be paid for by the next. */
async function settle(client: Client): Promise<void> {
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
}
