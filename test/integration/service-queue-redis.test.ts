import { describe, expect, inject, test } from 'vitest';
import type { Buyer } from '../support/buyer.ts';
import { eventually, startTestService, type TestService } from '../support/service.ts';

/** Places are PostgreSQL's: whatever Redis does, nobody loses one, nobody gets two, and it goes on in order. */
const enter = async (shop: TestService, user: string): Promise<string> => ((await shop.buyer(user)) satisfies Buyer).token;

describe.for([
  { how: 'refuses connections', strike: (shop: TestService) => shop.redis.cut() },
  { how: 'hangs', strike: (shop: TestService) => shop.redis.hang() },
  { how: 'comes back empty', strike: (shop: TestService) => shop.emptyRedis() },
])('a Redis that $how', ({ how, strike }) => {
  test('costs nobody a place, stops nobody from being let in, and leaves no gap when it is back', async () => {
    await using shop = await startTestService(inject('stack'), { settings: { QUEUE_ACTIVE_CAP: '2', QUEUE_ADMISSION_PER_SECOND: '1000' } });
    const crowd = (name: string): string[] => Array.from({ length: 6 }, (_none, index) => `${name}-${index}`);
    const tokens = new Map<string, string>();
    const arrive = (users: readonly string[]) => Promise.all(users.map(async (user) => tokens.set(user, await enter(shop, user))));
    const allStillHaveTheirs = () => Promise.all([...tokens].map(async ([user, token]) => expect(await enter(shop, user), user).toBe(token)));
    /** Those who are in give up their place: the next two must be let in. */
    const letInTwoMore = async () => {
      const admitted = () => shop.rows<{ user_id: string; live: boolean }>('SELECT user_id, done_at IS NULL AS live FROM queue_places WHERE admitted_at IS NOT NULL ORDER BY seq');
      const before = await admitted();
      for (const { user_id: user } of before.filter(({ live }) => live)) {
        const buyer = await shop.buyer(user);
        expect((await buyer.leave()).statusCode).toBe(204);
        tokens.delete(user);
      }
      await eventually('two more are let in', async () => (await admitted()).length === before.length + 2, 3000);
    };

    await arrive(crowd('before'));
    await eventually('two are in', async () => (await shop.rows('SELECT 1 FROM queue_places WHERE admitted_at IS NOT NULL')).length === 2);
    await strike(shop);
    try {
      await arrive(crowd('during'));
      await allStillHaveTheirs();
      await letInTwoMore();
      const place = await (await shop.buyer('during-5')).place();
      expect(place.json()).toMatchObject({ status: 'WAITING' });
      // What was read from Redis just before is good for a moment.
      if (how !== 'comes back empty') await eventually('answers say that Redis is missed', async () => (await (await shop.buyer('during-5')).place()).headers['x-degraded'] === 'redis', 2000);
    } finally {
      await shop.redis.heal();
    }
    await eventually('Redis is used again', async () => (await (await shop.buyer('during-5')).place()).headers['x-degraded'] === undefined, 5000);
    await arrive(crowd('after'));
    await allStillHaveTheirs();
    await letInTwoMore();

    const places = await shop.rows<{ seq: number; user_id: string; admitted: boolean }>('SELECT seq::int, user_id, admitted_at IS NOT NULL AS admitted FROM queue_places ORDER BY seq');
    expect(places.map(({ seq }) => seq)).toEqual(Array.from({ length: 18 }, (_none, index) => index + 1));
    expect(new Set(places.map(({ user_id }) => user_id)).size).toBe(18);
    expect(places.map(({ admitted }) => admitted)).toEqual(places.map(({ seq }) => seq <= 6));
  });
});
