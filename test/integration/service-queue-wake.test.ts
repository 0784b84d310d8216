import { describe, expect, inject, test } from 'vitest';
import { Buyer } from '../support/buyer.ts';
import { secondProcess, startTestService } from '../support/service.ts';

/** With a cap of one, each place that ends lets exactly one in: the time between the two, by the database's clock, ms. */
describe.for([
  { where: 'the same process', roles: 'api,worker' },
  { where: 'another process', roles: 'worker' },
])('a place that ends while the worker is in $where', ({ where, roles }) => {
  test('lets the next one in long before the safety tick of a second', async () => {
    await using shop = await startTestService(inject('stack'), { roles, settings: { QUEUE_ACTIVE_CAP: '1', QUEUE_ADMISSION_PER_SECOND: '1000' } });
    await using api = roles === 'worker' ? await secondProcess(shop, { ROLES: 'api' }) : undefined;
    const { app } = api ?? shop.service;
    const buyers: Buyer[] = [];
    for (let n = 0; n < 21; n++) buyers.push(await Buyer.enter(app, `next-${n}`));
    for (const buyer of buyers) expect((await (await buyer.active()).leave()).statusCode).toBe(204);
    const rows = await shop.rows<{ ms: number }>('SELECT extract(epoch FROM admitted_at - lag(done_at) OVER (ORDER BY seq))::float8 * 1000 AS ms FROM queue_places ORDER BY seq OFFSET 1');
    const ms = rows.map((row) => row.ms).sort((a, b) => a - b);
    if (process.env['TEST_LOG']) console.log(where, { median: ms[10], max: ms.at(-1) });
    expect(ms[10]).toBeLessThan(300);
  });
});
