import { expect, inject, test } from 'vitest';
import type { Service } from '../../service/app.ts';
import { eventually, secondProcess, startTestService } from '../support/service.ts';

test('what one process switches off is off in another within two seconds, without Redis, and so is its way back', async () => {
  await using shop = await startTestService(inject('stack'));
  await using other = await secondProcess(shop);
  try {
    await shop.redis.cut();
    const schedules = async (service: Service): Promise<number> => (await service.app.inject('/api/concerts/concert_1/schedules')).statusCode;
    expect(await schedules(other)).toBe(200);

    await shop.service.live.set({ routesOff: ['catalogue'], rateLimitFactor: 0.5 });
    expect(await schedules(shop.service)).toBe(503);
    await eventually('the other has it off', async () => (await schedules(other)) === 503, 2000);
    for (const url of ['/concerts/schedules/schedule_1/seats', '/health/live']) expect((await other.app.inject(url)).statusCode, url).toBe(200);

    expect(await other.live.set({ routesOff: [] })).toMatchObject({ routesOff: [], rateLimitFactor: 0.5 });
    await eventually('the first has it on again', async () => (await schedules(shop.service)) === 200, 2000);
  } finally {
    await shop.redis.heal();
  }
});

test('while the database is gone the settings read last hold', async () => {
  await using shop = await startTestService(inject('stack'));
  await shop.service.live.set({ routesOff: ['catalogue'] });
  await shop.postgres.cut();
  try {
    await expect(shop.service.live.set({ routesOff: [] })).rejects.toMatchObject({ status: 503 });
    expect(shop.service.live.current.routesOff).toEqual(['catalogue']);
  } finally {
    await shop.postgres.heal();
  }
});

test('operations close the queue at run time and open it again', async () => {
  await using shop = await startTestService(inject('stack'));
  await shop.service.live.set({ queueCapMax: 0 });
  const buyer = await shop.buyer();
  const admitted = () => shop.rows('SELECT 1 FROM queue_places WHERE admitted_at IS NOT NULL');
  await expect(buyer.active(1000)).rejects.toThrow('not let in');
  expect(await admitted()).toEqual([]);
  await shop.service.live.set({ queueCapMax: 1 });
  await buyer.active();
  await shop.buyer();
  await shop.buyer();
  expect(await admitted()).toHaveLength(1);
});
