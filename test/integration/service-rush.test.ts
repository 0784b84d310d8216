import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Service } from '../../service/app.ts';
import { Buyer } from '../support/buyer.ts';
import { SCHEDULE, secondProcess, startTestService, type TestService } from '../support/service.ts';

/** A crowd after one seat, at two instances of the service at once. The budgets are wide: it is about who gets the seat, not when. */
const buyersCount = 250;
const undo = new AsyncDisposableStack();
let shop: TestService;
let second: Service;
let crowd: readonly (readonly [Buyer, Buyer])[];
beforeAll(async () => {
  const settings = { REQUEST_TIMEOUT_MS: '20000', STATEMENT_TIMEOUT_MS: '10000', DB_POOL_WAIT_MS: '10000', SEAT_LOCK_WAIT_MS: '500', SHED_DELAY_MS: '60000' };
  shop = undo.use(await startTestService(inject('stack'), { topics: false, settings }));
  second = undo.use(await secondProcess(shop));
  const buyers: Buyer[] = [];
  for (let n = 0; n < buyersCount; n += 25) buyers.push(...(await Promise.all(Array.from({ length: 25 }, async () => (await shop.buyer()).active(20_000)))));
  crowd = buyers.map((buyer) => [buyer, new Buyer(second.app, buyer.user, buyer.token)]);
});
afterAll(() => undo.disposeAsync());

let seats = 0;
const holders = (seatNo: number): Promise<{ user_id: string }[]> => shop.rows(`SELECT user_id FROM reservations WHERE schedule_id = $1 AND seat_no = $2`, [SCHEDULE, seatNo]);

test.for([
  { how: 'Redis is well', break: async () => {} },
  { how: 'Redis refuses connections', break: () => shop.redis.cut() },
  { how: 'Redis hangs', break: () => shop.redis.hang() },
])('of 500 requests at once for one seat, over two instances, exactly one gets it while $how', async ({ break: breakRedis }) => {
  const seatNo = ++seats;
  try {
    await breakRedis();
    const answers = await Promise.all(crowd.flatMap((pair) => pair.map((buyer) => buyer.reserve(SCHEDULE, seatNo))));
    expect(answers).toHaveLength(2 * buyersCount);
    const statuses = new Map([...Map.groupBy(answers, ({ statusCode }) => statusCode)].map(([status, same]) => [status, same.length]));
    expect(statuses.get(201), JSON.stringify([...statuses])).toBe(1);
    expect([...statuses.keys()].filter((status) => ![201, 409, 503].includes(status)), JSON.stringify([...statuses])).toEqual([]);
    expect(await holders(seatNo)).toHaveLength(1);
  } finally {
    await shop.redis.heal();
  }
});
