import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { GatewayLedger } from '../../service/gateway/ledger.ts';
import { buildGateway } from '../../service/gateway/main.ts';
import { BrokenGateway, type Mishap } from '../support/broken-gateway.ts';
import { eventually, startTestService, type TestService } from '../support/service.ts';

/** Buying points when the gateway loses requests, answers or its head: settled once, never charged twice. */
const ledger = new GatewayLedger(undefined);
const undo = new AsyncDisposableStack();
let gateway: BrokenGateway;
let shop: TestService;
beforeAll(async () => {
  const upstream = buildGateway(ledger);
  undo.defer(() => upstream.close());
  gateway = undo.use(await BrokenGateway.listen(await upstream.listen({ host: '127.0.0.1', port: 0 })));
  shop = undo.use(await startTestService(inject('stack'), { gatewayUrl: gateway.url, settings: { GATEWAY_BREAKER_RESET_MS: '500' } }));
});
afterAll(() => undo.disposeAsync());
beforeEach(async () => {
  gateway.mishap = 'none';
  await eventually('the gateway is trusted again', async () => (await (await shop.buyer()).charge(1)).statusCode === 201, 5000);
});

const chargesOf = (user: string) => shop.rows<{ charge_id: string; status: string }>('SELECT charge_id, status FROM charges WHERE user_id = $1', [user]);
const balanceOf = async (user: string) => Number((await shop.rows<{ balance: string }>('SELECT balance FROM wallets WHERE user_id = $1', [user]))[0]?.balance ?? 0);

test.for<{ mishap: Mishap; withinMs: number }>([
  { mishap: 'answer lost', withinMs: 10_000 },
  { mishap: 'hangs', withinMs: 10_000 },
  { mishap: 'request lost', withinMs: 15_000 },
])('$mishap: 202 in time, then settled once, with one charge at the gateway and the balance right', { timeout: 30_000 }, async ({ mishap, withinMs }) => {
  const [buyer, key] = [await shop.buyer(), randomUUID()];
  gateway.mishap = mishap;
  const startedMs = performance.now();
  const answer = await buyer.charge(30_000, key);
  expect(performance.now() - startedMs).toBeLessThan(2000);
  expect(answer.statusCode).toBe(202);
  expect(answer.headers['x-degraded']).toBe('gateway');
  const { chargeId } = answer.json() as { chargeId: string };
  expect((await buyer.charge(30_000, key)).json()).toMatchObject({ chargeId });
  gateway.mishap = 'none';
  const settled = await eventually('the charge is settled', async () => {
    const again = await buyer.charge(30_000, key);
    return again.statusCode === 201 && again;
  }, withinMs);
  expect(settled.json()).toEqual({ chargeId, status: 'SUCCESS', balance: 30_000 });
  expect(await chargesOf(buyer.user)).toEqual([{ charge_id: chargeId, status: 'SUCCESS' }]);
  expect(await balanceOf(buyer.user)).toBe(30_000);
  expect(ledger.charges().filter((charge) => charge.chargeId === chargeId)).toEqual([{ chargeId, amount: 30_000, status: 'APPROVED' }]);
  // A later round of the settlement finds nothing to do.
  expect(await shop.rows("SELECT 1 FROM transfers WHERE kind = 'CHARGE' AND ref_id = $1", [chargeId])).toHaveLength(1);
});

test('a gateway that is down costs nobody the answer: 202 at once from the third on, all settled when it is back', async () => {
  gateway.mishap = 'down';
  const buyers = await Promise.all(Array.from({ length: 8 }, () => shop.buyer()));
  for (const buyer of buyers) expect((await buyer.charge(5000)).statusCode).toBe(202);
  expect(await shop.metric('dependency_errors_total{dependency="gateway"}')).toBeGreaterThanOrEqual(8);
  expect(await shop.metric('breaker_state{dependency="gateway"}')).toBeGreaterThan(0);
  gateway.mishap = 'none';
  await eventually('all are settled', async () => (await shop.rows("SELECT 1 FROM charges WHERE status = 'PENDING'")).length === 0, 20_000);
  for (const buyer of buyers) expect(await balanceOf(buyer.user)).toBe(5000);
}, 40_000);

test('every charge of the database is in the book of the gateway, and the other way round', async () => {
  const booked = ledger.charges().map(({ chargeId }) => chargeId).sort();
  const known = await shop.rows<{ charge_id: string }>("SELECT charge_id FROM charges WHERE status = 'SUCCESS'");
  expect(known.map(({ charge_id }) => charge_id).sort()).toEqual(booked);
});
