import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually, PRICE, startTestService, type TestService } from '../support/service.ts';

/** A request has its time, over a real connection too; what is waited for longer is given up, and not begun behind it. */
const requestMs = 700;
let shop: TestService;
let url: string;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { roles: 'api', settings: { REQUEST_TIMEOUT_MS: String(requestMs), STATEMENT_TIMEOUT_MS: '600', DB_POOL_MAX: '1', DB_POOL_WAIT_MS: '5000', RATE_LIMITS: 'off' } });
  url = await shop.service.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const charge = (token: string, key: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${url}/points/charge`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-queue-token': token, 'idempotency-key': key }, body: JSON.stringify({ amount: PRICE }), ...(signal && { signal }) });
const begun = async (key: string): Promise<boolean> => (await shop.rows('SELECT 1 FROM charges WHERE idempotency_key = $1', [key])).length > 0;

test('a POST over a real connection is answered in its time, though each of its steps is within its own', async () => {
  const buyer = await shop.buyer();
  await charge(buyer.token, randomUUID());
  try {
    await shop.postgres.slow(450);
    const startedMs = performance.now();
    const answer = await charge(buyer.token, randomUUID());
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'REQUEST_TIMEOUT', retryable: true });
    expect(performance.now() - startedMs).toBeGreaterThan(requestMs - 50);
    expect(performance.now() - startedMs).toBeLessThan(requestMs + 600);
  } finally {
    await shop.postgres.heal();
  }
});

test('nobody waits longer for a connection than his request may take, and what then gets one is not begun', async () => {
  const [first, second] = [await shop.buyer(), await shop.buyer()];
  const late = randomUUID();
  try {
    await shop.postgres.hang();
    const holding = charge(first.token, randomUUID());
    await eventually('the connection is in use', async () => (await shop.metric('db_pool_active')) === 1);
    await sleep(150);
    const startedMs = performance.now();
    const waiting = await charge(second.token, late);
    expect(waiting.status).toBe(503);
    expect(performance.now() - startedMs).toBeLessThan(requestMs + 600);
    await holding;
  } finally {
    await shop.postgres.heal();
  }
  await eventually('the pool is well again', async () => (await charge(first.token, randomUUID())).status === 201);
  await eventually('and empty', async () => (await shop.metric('db_pool_active')) === 0 && (await shop.metric('db_pool_pending')) === 0);
  expect(await begun(late)).toBe(false);
});

test('what waits for a connection is given up when its caller goes', async () => {
  const [first, second] = [await shop.buyer(), await shop.buyer()];
  await charge(first.token, randomUUID());
  const gone = randomUUID();
  try {
    await shop.postgres.slow(300);
    const holding = charge(first.token, randomUUID());
    await eventually('the connection is in use', async () => (await shop.metric('db_pool_active')) === 1);
    await expect(charge(second.token, gone, AbortSignal.timeout(50))).rejects.toThrow();
    await holding;
  } finally {
    await shop.postgres.heal();
  }
  await eventually('the pool is well again', async () => (await charge(first.token, randomUUID())).status === 201);
  expect(await begun(gone)).toBe(false);
});

test('after a time-out nobody gets the answer that was meant for another', async () => {
  const buyers = [await shop.buyer(), await shop.buyer(), await shop.buyer()];
  await Promise.all(buyers.map((buyer, index) => shop.rows('INSERT INTO wallets (user_id, balance) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET balance = $2', [buyer.user, 1000 + index])));
  const balances = async (): Promise<unknown[]> =>
    await Promise.all(buyers.map(async (buyer) => ((await (await fetch(`${url}/points`, { headers: { 'x-queue-token': buyer.token } })).json()) as { balance?: number }).balance));
  try {
    await shop.postgres.slow(900);
    await balances();
  } finally {
    await shop.postgres.heal();
  }
  expect(await eventually('all are answered', async () => {
    const seen = await balances();
    return !seen.includes(undefined) && seen;
  })).toEqual([1000, 1001, 1002]);
});
