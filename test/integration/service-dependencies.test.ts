import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { BrokenGateway } from '../support/broken-gateway.ts';
import type { Buyer } from '../support/buyer.ts';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';
import { openProxy } from '../support/test-proxy.ts';

/** What every route answers, and how soon, while one dependency is cut off, hangs or is slow; that it really was; and the way back. */
const budgetMs = 2000;
/** The machine the tests run on may be busy. */
const slackMs = 700;
const slowMs = 250;

const undo = new AsyncDisposableStack();
let shop: TestService;
let gateway: BrokenGateway;
beforeAll(async () => {
  const origin = undo.use(await startTestService(inject('stack'), { roles: 'api' }));
  gateway = undo.use(await BrokenGateway.listen(origin.env['GATEWAY_URL']!));
  shop = undo.use(await startTestService(inject('stack'), { seats: 500, gatewayUrl: gateway.url }));
});
afterAll(() => undo.disposeAsync());

let seats = 0;
type Step = 'token' | 'place' | 'schedules' | 'seats' | 'charge' | 'reserve' | 'pay';
type Answers = Record<Step, LightMyRequestResponse>;

/** Each kind of request once, as far as it goes without the ones before; each within the budget. */
async function tryAll(buyer: Buyer, held: string): Promise<Answers> {
  const timed = async (name: string, call: Promise<LightMyRequestResponse>): Promise<LightMyRequestResponse> => {
    const startedMs = performance.now();
    const answer = await call;
    expect(performance.now() - startedMs, `${name} in its budget`).toBeLessThan(budgetMs + slackMs);
    return answer;
  };
  const get = (url: string): Promise<LightMyRequestResponse> => shop.service.app.inject(url);
  return {
    token: await timed('token', shop.service.app.inject({ method: 'POST', url: '/queue/token', payload: { userId: randomUUID() } })),
    place: await timed('place', buyer.place()),
    schedules: await timed('schedules', get('/concerts/concert_1/schedules')),
    seats: await timed('seats', get(`/concerts/schedules/${SCHEDULE}/seats`)),
    charge: await timed('charge', buyer.charge(PRICE)),
    reserve: await timed('reserve', buyer.reserve(SCHEDULE, ++seats)),
    pay: await timed('pay', buyer.pay(held, PRICE)),
  };
}

async function ready(): Promise<{ buyer: Buyer; held: string }> {
  const buyer = await (await shop.buyer()).active(15_000);
  const held = await eventually('a seat is held', async () => {
    await buyer.charge(PRICE);
    const answer = await buyer.reserve(SCHEDULE, ++seats);
    return answer.statusCode === 201 && (answer.json() as { reservationId: string }).reservationId;
  });
  return { buyer, held };
}

const statuses = (answers: Answers): Record<Step, number> => Object.fromEntries(Object.entries(answers).map(([step, answer]) => [step, answer.statusCode])) as Record<Step, number>;
const served = { token: 201, place: 200, schedules: 200, seats: 200, charge: 201, reserve: 201, pay: 201 };

async function backToNormal(): Promise<void> {
  await eventually('everything is served as before', async () => {
    const { buyer, held } = await ready();
    const answers = await tryAll(buyer, held);
    const normal = Object.values(answers).every(({ statusCode, headers }) => statusCode < 300 && statusCode !== 202 && headers['x-degraded'] === undefined);
    return normal;
  }, 25_000);
}

describe.for([
  { how: 'cut off', fault: () => shop.redis.cut() },
  { how: 'hanging', fault: () => shop.redis.hang() },
  { how: 'slower than its time', fault: () => shop.redis.slow(slowMs) },
])('Redis $how', ({ fault }) => {
  test('is bypassed: everything is served, marked and counted, and one time-out is the price', async () => {
    const { buyer, held } = await ready();
    const errorsBefore = await shop.metric('dependency_errors_total{dependency="redis"}');
    try {
      await fault();
      await eventually('the breaker opens', async () => {
        await shop.service.app.inject(`/concerts/schedules/${SCHEDULE}/seats`);
        return (await shop.metric('breaker_state{dependency="redis"}')) === 2;
      });
      const answers = await tryAll(buyer, held);
      expect(statuses(answers)).toEqual(served);
      for (const step of ['schedules', 'seats', 'reserve'] as const) expect(answers[step].headers['x-degraded'], step).toBe('redis');
      expect(await shop.metric('dependency_errors_total{dependency="redis"}')).toBeGreaterThan(errorsBefore);
    } finally {
      await shop.redis.heal();
    }
    await backToNormal();
  });
});

describe.for([
  { how: 'cut off', fault: () => shop.postgres.cut() },
  { how: 'hanging', fault: () => shop.postgres.hang() },
])('PostgreSQL $how', ({ fault }) => {
  test('what needs it is refused with 503 and Retry-After, what is cached is served, and nothing is half done', async () => {
    const { buyer, held } = await ready();
    await shop.service.app.inject('/concerts/concert_1/schedules');
    const errorsBefore = await shop.metric('dependency_errors_total{dependency="postgres"}');
    let answers: Answers;
    try {
      await fault();
      answers = await tryAll(buyer, held);
    } finally {
      await shop.postgres.heal();
    }
    expect(statuses(answers)).toMatchObject({ token: 503, schedules: 200, charge: 503, reserve: 503, pay: 503 });
    for (const step of ['token', 'charge', 'reserve', 'pay'] as const) {
      expect(answers[step].headers['retry-after'], step).toBe('1');
      expect(answers[step].json(), step).toMatchObject({ retryable: true });
    }
    expect(await shop.metric('dependency_errors_total{dependency="postgres"}')).toBeGreaterThan(errorsBefore);
    await backToNormal();
    await eventually('no connection is left behind', async () => (await shop.metric('db_pool_active')) === 0);
    expect(await shop.rows("SELECT 1 FROM wallets WHERE balance < 0")).toEqual([]);
  });
});

test('PostgreSQL that is slow, but within its time, serves everything', async () => {
  const { buyer, held } = await ready();
  try {
    await shop.postgres.slow(slowMs);
    expect(statuses(await tryAll(buyer, held))).toEqual(served);
  } finally {
    await shop.postgres.heal();
  }
  await backToNormal();
});

describe.for(['down', 'hangs', 'answer lost'] as const)('a gateway that %s', (mishap) => {
  test('leaves a charge open, marked, and it is settled afterwards without charging twice; nothing else notices', async () => {
    const { buyer, held } = await ready();
    const pendingBefore = await shop.metric('point_charges_total{result="PENDING"}');
    let answers: Answers;
    try {
      gateway.mishap = mishap;
      answers = await tryAll(buyer, held);
    } finally {
      gateway.mishap = 'none';
    }
    expect(statuses(answers)).toEqual({ ...served, charge: 202 });
    expect(answers.charge.headers['x-degraded']).toBe('gateway');
    expect(await shop.metric('point_charges_total{result="PENDING"}')).toBe(pendingBefore + 1);
    const { chargeId } = answers.charge.json() as { chargeId: string };
    await eventually('the charge is settled', async () => (await shop.rows("SELECT 1 FROM charges WHERE charge_id = $1 AND status = 'SUCCESS'", [chargeId])).length === 1, 25_000);
    await backToNormal();
  });
});

test('Kafka that hangs from the start is noticed by nobody who buys: the outbox keeps the events until it is back', async () => {
  const { toxiproxyApi, kafkaBrokers } = inject('stack');
  // kafkajs goes to the brokers themselves once one has told it of them: only the first contact can be held up here.
  await using broker = await openProxy(toxiproxyApi, `test-kafka-${randomUUID()}`, kafkaBrokers[0]!);
  await broker.hang();
  await using late = await startTestService(inject('stack'), { settings: { KAFKA_BROKERS: `127.0.0.1:${broker.port}` } });
  const buyer = await (await late.buyer()).active(15_000);
  expect((await buyer.charge(PRICE)).statusCode).toBe(201);
  const held = await buyer.reserve(SCHEDULE, 1);
  expect(held.statusCode).toBe(201);
  expect((await buyer.pay((held.json() as { reservationId: string }).reservationId, PRICE)).statusCode).toBe(201);
  await eventually('the failure is counted', async () => (await late.metric('dependency_errors_total{dependency="kafka"}')) > 0, 20_000);
  await eventually('the backlog is told', async () => (await late.metric('outbox_pending')) > 0);
  await broker.heal();
  await eventually('the outbox is empty', async () => (await late.rows('SELECT 1 FROM outbox_events WHERE published_at IS NULL LIMIT 1')).length === 0, 40_000);
}, 90_000);

test('a COMMIT whose answer is lost has one effect: the same key gives the answer it would have been', async () => {
  const { buyer, held } = await ready();
  const [before] = await shop.rows<{ balance: number }>('SELECT balance::float8 AS balance FROM wallets WHERE user_id = $1', [buyer.user]);
  const key = randomUUID();
  try {
    await shop.postgres.loseAnswers();
    expect((await buyer.pay(held, PRICE, key)).statusCode).toBe(503);
  } finally {
    await shop.postgres.heal();
  }
  expect(await shop.rows('SELECT 1 FROM payments WHERE reservation_id = $1', [held]), 'it was done').toHaveLength(1);
  const again = await eventually('the same key is answered', async () => {
    const answer = await buyer.pay(held, PRICE, key);
    return answer.statusCode === 201 && answer;
  });
  expect(again.json()).toMatchObject({ status: 'SUCCESS', reservationId: held });
  const [after] = await shop.rows<{ balance: number }>('SELECT balance::float8 AS balance FROM wallets WHERE user_id = $1', [buyer.user]);
  expect(before!.balance - after!.balance).toBe(PRICE);
  expect(await shop.rows('SELECT 1 FROM payments WHERE reservation_id = $1', [held])).toHaveLength(1);
});
