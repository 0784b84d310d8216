import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { eventually, PRICE, startTestService } from '../support/service.ts';

test('while requests wait for the only connection of theirs, people are let in all the same', async () => {
  await using shop = await startTestService(inject('stack'), { settings: { DB_POOL_MAX: '1', DB_POOL_WAIT_MS: '3000', STATEMENT_TIMEOUT_MS: '1900', LOCK_TIMEOUT_MS: '1800' } });
  const buyer = await (await shop.buyer()).active();
  const url = new URL(inject('stack').postgresAdminUrl);
  url.pathname = new URL(shop.env['DATABASE_URL']!).pathname;
  const locker = new pg.Client(url.href);
  await locker.connect();
  const requests: Promise<unknown>[] = [];
  try {
    await locker.query('BEGIN');
    await locker.query('LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE');
    for (let request = 0; request < 4; request++) requests.push(buyer.charge(PRICE));
    await eventually('the pool of the requests is full', async () => (await shop.metric('db_pool_pending')) > 0);
    await shop.rows(`SELECT enter_queue('all', ARRAY['newcomer'], '1 hour')`);
    await eventually('the newcomer is let in', async () => (await shop.rows(`SELECT 1 FROM queue_places WHERE user_id = 'newcomer' AND admitted_at IS NOT NULL`)).length > 0, 1500);
    expect(await shop.metric('db_pool_pending')).toBeGreaterThan(0);
    expect(await shop.metric('db_pool_max')).toBe(1);
    expect(await shop.metric('db_worker_pool_max')).toBe(4);
  } finally {
    await locker.end();
    await Promise.all(requests);
  }
});
