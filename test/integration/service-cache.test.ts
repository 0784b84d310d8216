import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildService, type Service } from '../../service/app.ts';
import { parseConfig } from '../../service/config.ts';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** The cache over two processes: one loads for all, nothing old is stored, and without Redis it is done without. */
const seatsTtlMs = 1000;
let shop: TestService;
let other: Service;
let redis: Redis;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { settings: { CACHE_SLOW_LOAD_MS: '100', CACHE_LOCAL_MS: '0' } });
  // A second process of the same installation.
  other = await buildService(parseConfig({ ...shop.env, ROLES: 'api' }), pino({ level: 'silent' }));
  await eventually('the second is up', async () => (await other.app.inject('/health')).statusCode === 200);
  redis = new Redis(inject('stack').redisUrl, { keyPrefix: shop.env['REDIS_KEY_PREFIX'] ?? '' });
});
afterAll(async () => {
  redis?.disconnect();
  await other?.close();
  await shop?.[Symbol.asyncDispose]();
});

const seatMap = `/concerts/schedules/${SCHEDULE}/seats`;
const get = (url: string, headers: Record<string, string> = {}, service: Service = shop.service): Promise<LightMyRequestResponse> => service.app.inject({ url, headers });
const hit = (answer: LightMyRequestResponse): unknown => answer.headers['x-cache-hit'];
const degraded = (answer: LightMyRequestResponse): unknown => answer.headers['x-degraded'];
const title = (answer: LightMyRequestResponse): unknown => (answer.json() as { title?: string }).title;

let concerts = 0;
/** Puts a concert of its own on sale, behind the service's back. */
async function addConcert(opensAt = '2031-01-01T00:00:00Z'): Promise<string> {
  const id = `cached_${++concerts}`;
  await shop.rows('INSERT INTO concerts (concert_id, title, opens_at) VALUES ($1, $2, $3)', [id, 'old', opensAt]);
  return id;
}
const retitle = (id: string) => shop.rows("UPDATE concerts SET title = 'new' WHERE concert_id = $1", [id]);
/** The series is there from the first load on. */
const loads = (area: string): Promise<number> => shop.metric(`cache_load_seconds_count{area="${area}"}`).catch(() => 0);
const counted = (name: string, area: string): Promise<number> => shop.metric(`cache_${name}_total{area="${area}"}`);

/** Value of a counter of the second process. */
async function othersLoads(area: string): Promise<number> {
  const { body } = await other.app.inject('/metrics');
  return Number(new RegExp(`^cache_load_seconds_count\\{area="${area}"\\} (\\d+)$`, 'm').exec(body)?.[1] ?? 0);
}

test('a crowd over two processes that asks for the same cold answer leads to one load', async () => {
  const id = await addConcert();
  const before = (await loads('concert')) + (await othersLoads('concert'));
  try {
    await shop.postgres.slow(60);
    const answers = await Promise.all(Array.from({ length: 200 }, (_none, index) => get(`/concerts/${id}`, {}, index % 2 === 0 ? shop.service : other)));
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
  } finally {
    await shop.postgres.heal();
  }
  expect((await loads('concert')) + (await othersLoads('concert')) - before).toBe(1);
  for (const service of [shop.service, other]) expect(hit(await get(`/concerts/${id}`, {}, service))).toBe('true');
});

test('who loads and never comes back holds the others up for a moment only', async () => {
  const id = await addConcert();
  await redis.set(`cache:concert:${id}#claim`, 'a process that died', 'PX', 1500);
  const startedMs = performance.now();
  expect((await get(`/concerts/${id}`)).statusCode).toBe(200);
  expect(performance.now() - startedMs).toBeLessThan(1000);
  await eventually('it is cached when the claim has run out', async () => hit(await get(`/concerts/${id}`)) === 'true', 5000);
});

test('what a process keeps for itself is told for a moment only, and forgotten when the process itself changes it', async () => {
  await using keeping = await startTestService(inject('stack'), { roles: 'api', settings: { CACHE_LOCAL_MS: '300' } });
  const asks = () => keeping.metric('redis_commands_total{command="get"}');
  const told = async () => title(await keeping.service.app.inject('/concerts/concert_1'));
  const change = (to: string) => keeping.rows('UPDATE concerts SET title = $1', [to]);
  for (let reads = 0; reads < 2; reads++) await told();
  const before = await asks();
  for (let reads = 0; reads < 20; reads++) await told();
  expect(await asks()).toBe(before);
  await change('second');
  await keeping.service.catalogue.invalidate('concert', 'concert_1');
  expect(await told()).toBe('second');
  // Another process changes it: this one hears nothing, and tells the old until its moment is over.
  await told();
  await change('third');
  const client = new Redis(inject('stack').redisUrl, { keyPrefix: keeping.env['REDIS_KEY_PREFIX'] ?? '' });
  await client.del('cache:concert:concert_1');
  client.disconnect();
  await eventually('the third is told', async () => (await told()) === 'third', 1000);
});

test('what does not exist is not cached', async () => {
  expect((await get(`/concerts/cached_${concerts + 1}`)).statusCode).toBe(404);
  const id = await addConcert();
  expect((await get(`/concerts/${id}`)).statusCode).toBe(200);
});

test('what was read before a change is not stored after it', async () => {
  const id = await addConcert();
  const refused = await counted('late_stores', 'concert');
  let reading: Promise<LightMyRequestResponse>;
  try {
    await shop.postgres.slow(300);
    reading = get(`/concerts/${id}`);
    // PostgreSQL has answered; the answer is on its way.
    await eventually('the load has begun', async () => (await redis.exists(`cache:concert:${id}#claim`)) === 1);
    await sleep(100);
    await retitle(id);
    await other.catalogue.invalidate('concert', id);
    expect(title(await reading)).toBe('old');
  } finally {
    await shop.postgres.heal();
  }
  const next = await get(`/concerts/${id}`);
  expect([hit(next), title(next)]).toEqual(['false', 'new']);
  expect(await counted('late_stores', 'concert')).toBe(refused + 1);
});

test.for([{ what: 'one answer', whole: false }, { what: 'a whole area', whole: true }])('after invalidating $what every process tells the new', async ({ whole }) => {
  const id = await addConcert();
  for (const service of [shop.service, other]) await get(`/concerts/${id}`, {}, service);
  await retitle(id);
  expect(title(await get(`/concerts/${id}`))).toBe('old');
  await shop.service.catalogue.invalidate('concert', whole ? undefined : id);
  for (const service of [other, shop.service]) expect(title(await get(`/concerts/${id}`, {}, service))).toBe('new');
});

test('write-through puts the new answer into the cache without a miss', async () => {
  const id = await addConcert();
  await get(`/concerts/${id}`);
  await retitle(id);
  expect(await other.catalogue.writeThrough('concert', id)).toBe('written');
  const next = await get(`/concerts/${id}`);
  expect([hit(next), title(next)]).toEqual(['true', 'new']);
  expect(await other.catalogue.writeThrough('concert', 'never_was')).toBe('absent');
});

test('times to live are short around an opening', async () => {
  for (const { opensAt, secondsMax } of [{ opensAt: new Date(Date.now() + 20 * 60_000).toISOString(), secondsMax: 60 }, { opensAt: '2031-01-01T00:00:00Z', secondsMax: 300 }]) {
    const id = await addConcert(opensAt);
    for (const url of [`/concerts/${id}`, `/concerts/${id}/schedules`]) await get(url);
    for (const area of ['concert', 'schedules']) {
      const ttl = await redis.pttl(`cache:${area}:${id}`);
      expect(ttl).toBeGreaterThan(secondsMax * 1000 - 5000);
      expect(ttl).toBeLessThanOrEqual(secondsMax * 1000);
    }
  }
});

test('while the database is slow answers are kept longer, and no longer than usual afterwards', async () => {
  const kept = async (): Promise<number> => {
    const id = await addConcert();
    await get(`/concerts/${id}`);
    return await redis.pttl(`cache:concert:${id}`);
  };
  try {
    await shop.postgres.slow(250);
    await eventually('loads count as slow', async () => (await kept()) > 500_000, 8000);
    expect(await shop.metric('cache_ttl_factor')).toBe(2);
  } finally {
    await shop.postgres.heal();
  }
  await eventually('loads count as quick', async () => (await kept()) <= 300_000, 8000);
  expect(await shop.metric('cache_ttl_factor')).toBe(1);
});

test('what is due for renewal is told once more to everybody, while one reader renews it', async () => {
  const id = await addConcert();
  await get(`/concerts/${id}`);
  const value = (await redis.getBuffer(`cache:concert:${id}`)) as Buffer;
  // Behind the etag stands the time from which it is due.
  value.write('0000000000001', 22, 'latin1');
  await redis.set(`cache:concert:${id}`, value, 'PX', 60_000);
  await retitle(id);
  const [before, stale] = [(await loads('concert')) + (await othersLoads('concert')), await counted('stale', 'concert')];
  const answers = await Promise.all(Array.from({ length: 40 }, (_none, index) => get(`/concerts/${id}`, {}, index % 2 === 0 ? shop.service : other)));
  for (const answer of answers) expect(hit(answer)).toBe('true');
  await eventually('it is renewed', async () => title(await get(`/concerts/${id}`)) === 'new');
  expect((await loads('concert')) + (await othersLoads('concert')) - before).toBe(1);
  expect(await counted('stale', 'concert')).toBeGreaterThan(stale);
  expect(await redis.pttl(`cache:concert:${id}`)).toBeGreaterThan(200_000);
});

test('of hundreds of reads of a few seat maps, at least 95 % are answered from the cache, although they run out meanwhile', async () => {
  const schedules = ['cached_a', 'cached_b', 'cached_c'];
  for (const schedule of schedules) {
    await shop.rows("INSERT INTO schedules (schedule_id, concert_id, starts_at, seats_total) VALUES ($1, 'concert_1', now(), 30)", [schedule]);
    await shop.rows('INSERT INTO seats (schedule_id, seat_no, price) SELECT $1, n, 50000 FROM generate_series(1, 30) n', [schedule]);
  }
  await shop.service.catalogue.invalidate('seats');
  const [requests, hits] = [await counted('requests', 'seats'), await counted('hits', 'seats')];
  const endMs = Date.now() + seatsTtlMs * 3;
  while (Date.now() < endMs) {
    await Promise.all(schedules.map((schedule) => get(`/concerts/schedules/${schedule}/seats`)));
    await sleep(20);
  }
  const [asked, told] = [(await counted('requests', 'seats')) - requests, (await counted('hits', 'seats')) - hits];
  expect(asked).toBeGreaterThan(200);
  expect(told / asked).toBeGreaterThanOrEqual(0.95);
});

test('what is cached is told while PostgreSQL is gone', async () => {
  const id = await addConcert();
  await get(`/concerts/${id}`);
  try {
    await shop.postgres.cut();
    expect([hit(await get(`/concerts/${id}`)), (await get('/concerts/never_was')).statusCode]).toEqual(['true', 503]);
  } finally {
    await shop.postgres.heal();
  }
  await eventually('the database is back', async () => (await get('/concerts/never_was')).statusCode === 404);
});

describe.for([
  { how: 'refuses connections', break: () => shop.redis.cut() },
  { how: 'hangs', break: () => shop.redis.hang() },
])('while Redis $how', ({ break: breakRedis }) => {
  test('reads are shared, marked and few; what changed meanwhile is told when Redis is back', async () => {
    const id = await addConcert();
    await get(`/concerts/${id}`);
    await eventually('the breaker is closed', async () => (await shop.metric('breaker_state{dependency="redis"}')) === 0);
    try {
      await breakRedis();
      await retitle(id);
      await shop.service.catalogue.invalidate('concert', id);
      const before = await loads('seats');
      const startedMs = performance.now();
      const answers = await Promise.all(Array.from({ length: 300 }, () => get(seatMap)));
      expect(performance.now() - startedMs).toBeLessThan(2000);
      expect(answers.every((answer) => answer.statusCode === 200 && degraded(answer) === 'redis')).toBe(true);
      expect((await loads('seats')) - before).toBeLessThanOrEqual(2);
      const fresh = await get(`/concerts/${id}`);
      expect([title(fresh), degraded(fresh)]).toEqual(['new', 'redis']);
    } finally {
      await shop.redis.heal();
    }
    // The entry from before is still in Redis until the delete that it missed is made up for.
    await eventually('the new title is told from the cache', async () => {
      const answer = await get(`/concerts/${id}`);
      return degraded(answer) === undefined && hit(answer) === 'true' && title(answer) === 'new';
    });
    expect(degraded(await get(seatMap))).toBeUndefined();
  });

  test('a change of a seat is told at once by the process that made it', async () => {
    const buyer = await (await shop.buyer()).active();
    try {
      await breakRedis();
      await get(seatMap);
      await buyer.charge(PRICE);
      const free = ((await get(seatMap)).json() as { seats: { seatNo: number; status: string }[] }).seats.find(({ status }) => status === 'AVAILABLE');
      expect((await buyer.reserve(SCHEDULE, free?.seatNo ?? 0)).statusCode).toBe(201);
      expect(((await get(seatMap)).json() as { seats: object[] }).seats).toContainEqual({ ...free, status: 'HELD' });
    } finally {
      await shop.redis.heal();
    }
    await eventually('Redis is back', async () => degraded(await get(seatMap)) === undefined);
  });
});

test('a Redis that comes back empty costs one load per answer', async () => {
  const id = await addConcert();
  await get(`/concerts/${id}`);
  await shop.emptyRedis();
  const answers = [await get(`/concerts/${id}`), await get(`/concerts/${id}`)];
  expect(answers.map((answer) => [answer.statusCode, hit(answer), degraded(answer)])).toEqual([[200, 'false', undefined], [200, 'true', undefined]]);
});

test('who has the answer already is told 304 until it changes', async () => {
  const first = await get(seatMap);
  const etag = String(first.headers['etag']);
  for (const known of [etag, `"else", ${etag}`, etag.slice(2), '*']) {
    const answer = await get(seatMap, { 'if-none-match': known });
    expect([answer.statusCode, answer.body, answer.headers['etag'], answer.headers['vary']]).toEqual([304, '', etag, 'accept-encoding']);
  }
  expect((await get(seatMap, { 'if-none-match': 'W/"else"' })).statusCode).toBe(200);
  const buyer = await (await shop.buyer()).active();
  expect((await buyer.reserve(SCHEDULE, 40)).statusCode).toBe(201);
  const changed = await get(seatMap, { 'if-none-match': etag });
  expect(changed.statusCode).toBe(200);
  expect(changed.headers['etag']).not.toBe(etag);
});

test('answers from 1 KB are compressed for whoever takes gzip, and only these', async () => {
  const gzip = { 'accept-encoding': 'br, gzip' };
  const [plain, packed, small, refused] = await Promise.all([get(seatMap), get(seatMap, gzip), get('/concerts/concert_1/schedules', gzip), get(seatMap, { 'accept-encoding': 'gzip;q=0, *' })]);
  expect(plain.rawPayload.length).toBeGreaterThan(1024);
  expect([packed.headers['content-encoding'], packed.headers['vary'], packed.headers['content-length']]).toEqual(['gzip', 'accept-encoding', String(packed.rawPayload.length)]);
  expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body);
  expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
  expect(small.rawPayload.length).toBeLessThan(1024);
  for (const answer of [plain, small, refused]) expect(answer.headers['content-encoding']).toBeUndefined();
});

test('the metrics tell hits, misses and entries of each area', async () => {
  const id = await addConcert();
  const [hits, misses, requests] = await Promise.all(['hits', 'misses', 'requests'].map((name) => counted(name, 'schedules')));
  for (let reads = 0; reads < 3; reads++) await get(`/concerts/${id}/schedules`);
  expect(await Promise.all(['hits', 'misses', 'requests'].map((name) => counted(name, 'schedules')))).toEqual([(hits ?? 0) + 2, (misses ?? 0) + 1, (requests ?? 0) + 3]);
  await shop.service.catalogue.measure();
  const entries = await shop.metric('cache_entries{area="schedules"}');
  expect(entries).toBeGreaterThan(0);
  await shop.service.catalogue.invalidate('schedules');
  await shop.service.catalogue.measure();
  expect(await shop.metric('cache_entries{area="schedules"}')).toBe(0);
});
