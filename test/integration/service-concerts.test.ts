import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RankingItem } from '../../service/ranking/ranking.ts';
import type { Buyer } from '../support/buyer.ts';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** The list of concerts, and the ranking of what sells best. */
let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { seats: 20, settings: { CACHE_RANKING_SECONDS: '1', RANKING_REBUILD_SECONDS: '1' } });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const get = (url: string): Promise<LightMyRequestResponse> => shop.service.app.inject(url);

describe('the list of concerts', () => {
  interface Page {
    readonly concerts: readonly { concertId: string; opensAt?: string }[];
    readonly nextCursor?: string;
  }
  const page = async (query: string): Promise<Page> => {
    const answer = await get(`/concerts?${query}`);
    expect(answer.statusCode).toBe(200);
    return answer.json() as Page;
  };
  const add = (id: string, opensAt: string | null) => shop.rows('INSERT INTO concerts (concert_id, title, opens_at) VALUES ($1, $1, $2)', [id, opensAt]);

  beforeAll(async () => {
    // Many open at the same microsecond, and some are not set: the id decides, and no page may end between them badly.
    for (let n = 0; n < 30; n++) await add(`list_${n}`, n % 5 === 0 ? null : `2030-01-0${(n % 3) + 1}T00:00:00.123456Z`);
  });

  test('its pages hold every concert once, in order, also while others are added', async () => {
    const before = await shop.rows<{ concert_id: string }>('SELECT concert_id FROM concerts');
    const seen: string[] = [];
    const openings: string[] = [];
    let next: string | undefined;
    let pages = 0;
    do {
      const { concerts, nextCursor } = await page(`limit=7${next === undefined ? '' : `&cursor=${next}`}`);
      expect(concerts.length).toBeLessThanOrEqual(7);
      seen.push(...concerts.map(({ concertId }) => concertId));
      openings.push(...concerts.map(({ opensAt }) => opensAt ?? 'later'));
      next = nextCursor;
      // Before, within and after where the reader is.
      for (const opensAt of ['2029-01-01T00:00:00Z', '2030-01-02T00:00:00.123456Z', null]) await add(`late_${++pages}_${opensAt?.slice(0, 4) ?? 'unset'}`, opensAt);
      await shop.service.catalogue.invalidate('concerts');
    } while (next !== undefined && pages < 60);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(before.map(({ concert_id }) => concert_id)));
    expect(openings).toEqual(openings.toSorted());
  });

  test('a page has 20 when nothing is said, and at most 100', async () => {
    expect((await page('')).concerts).toHaveLength(20);
    expect((await page('limit=100')).concerts.length).toBeGreaterThan(30);
    for (const query of ['limit=0', 'limit=101', 'limit=-1', 'limit=1.5', 'limit=many', 'limit=', 'offset=3', 'cursor=$$$']) expect((await get(`/concerts?${query}`)).json(), query).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  test.for(['x', Buffer.from('2030-02-30T00:00:00.000000Z list_1').toString('base64url'), Buffer.from("2030-01-01T00:00:00.000000Z it's").toString('base64url'), Buffer.from('now list_1').toString('base64url')])('a cursor that was not given out (%s) is refused', async (cursor) => {
    expect((await get(`/concerts?cursor=${cursor}`)).json()).toMatchObject({ status: 422, code: 'CURSOR_UNKNOWN' });
  });

  test('one concert tells its schedules and seats; an unknown one is 404', async () => {
    expect((await get('/concerts/concert_1')).json()).toMatchObject({ concertId: 'concert_1', title: 'Opening night', schedules: 1, seatsTotal: 20 });
    expect((await get('/concerts/list_0')).json()).toEqual({ concertId: 'list_0', title: 'list_0', schedules: 0, seatsTotal: 0 });
    expect((await get('/concerts/nothing')).json()).toMatchObject({ status: 404, code: 'CONCERT_NOT_FOUND' });
  });
});

describe('the ranking', () => {
  const ranking = async (query = ''): Promise<{ items: RankingItem[]; degraded: unknown }> => {
    const answer = await get(`/concerts/ranking${query}`);
    expect(answer.statusCode).toBe(200);
    return { items: (answer.json() as { ranking: RankingItem[] }).ranking, degraded: answer.headers['x-degraded'] };
  };
  const soldOf = async (scheduleId: string): Promise<number> => (await ranking()).items.find((item) => item.scheduleId === scheduleId)?.seatsSold ?? 0;
  /** Seats sold by the database alone, as another process would have. */
  const sellPast = async (scheduleId: string, seats: number, tookSeconds = 60): Promise<void> => {
    await shop.rows(
      `WITH sold AS (
         INSERT INTO reservations (reservation_id, user_id, schedule_id, seat_no, price, status, fence, hold_until, created_at, confirmed_at)
         SELECT gen_random_uuid(), 'past', $1, n, ${PRICE}, 'CONFIRMED', 1, now(), now() - make_interval(secs => $3), now() FROM generate_series(1, $2::int) n RETURNING *
       ) UPDATE seats s SET status = 'SOLD', reservation_id = sold.reservation_id, hold_until = NULL, fence = 1 FROM sold WHERE s.schedule_id = sold.schedule_id AND s.seat_no = sold.seat_no`,
      [scheduleId, seats, tookSeconds],
    );
  };
  const addSchedule = async (scheduleId: string, seats: number): Promise<void> => {
    await shop.rows("INSERT INTO concerts (concert_id, title) VALUES ($1, 'Tour')", [`of_${scheduleId}`]);
    await shop.rows('INSERT INTO schedules (schedule_id, concert_id, starts_at, seats_total) VALUES ($1, $2, now(), $3)', [scheduleId, `of_${scheduleId}`, seats]);
    await shop.rows(`INSERT INTO seats (schedule_id, seat_no, price) SELECT $1, n, ${PRICE} FROM generate_series(1, $2::int) n`, [scheduleId, seats]);
  };
  const buy = async (buyer: Buyer, seatNo: number): Promise<void> => {
    await buyer.charge(PRICE);
    const { reservationId } = (await buyer.reserve(SCHEDULE, seatNo)).json() as { reservationId: string };
    expect((await buyer.pay(reservationId, PRICE)).statusCode).toBe(201);
  };

  test('a sale counts as it happens, without waiting for a rebuild', async () => {
    await using live = await startTestService(inject('stack'), { roles: 'api', seats: 5, settings: { CACHE_RANKING_SECONDS: '1' } });
    const sold = async () => ((await live.service.app.inject('/concerts/ranking')).json() as { ranking: RankingItem[] }).ranking;
    expect(await sold()).toEqual([]);
    // Only a worker admits; the place is opened by hand.
    const buyer = await live.buyer();
    await live.rows('UPDATE queue_places SET admitted_at = now(), expires_at = now() + interval \'5 minutes\'');
    await buyer.charge(PRICE);
    const held = await buyer.reserve(SCHEDULE, 1);
    expect(held.statusCode, held.body).toBe(201);
    const paid = await buyer.pay((held.json() as { reservationId: string }).reservationId, PRICE);
    expect(paid.statusCode, paid.body).toBe(201);
    const item = await eventually('the sale is told', async () => (await sold())[0]);
    expect(item).toEqual({ rank: 1, scheduleId: SCHEDULE, concertId: 'concert_1', title: 'Opening night', seatsSold: 1, seatsTotal: 5 });
  });

  test('what was sold out comes first, the fastest in front, then what has sold most', async () => {
    for (const [scheduleId, seats, sold, tookSeconds] of [['many', 40, 30, 5], ['few', 40, 3, 5], ['slow', 4, 4, 600], ['quick', 4, 4, 30]] as const) {
      await addSchedule(scheduleId, seats);
      await sellPast(scheduleId, sold, tookSeconds);
    }
    const items = await eventually('all are counted', async () => {
      const { items } = await ranking();
      return items.length >= 4 && items[1]?.soldOutSeconds !== undefined && items;
    });
    expect(items.map(({ rank, scheduleId, seatsSold, soldOutSeconds }) => [rank, scheduleId, seatsSold, soldOutSeconds && Math.round(soldOutSeconds)])).toEqual([
      [1, 'quick', 4, 30],
      [2, 'slow', 4, 600],
      [3, 'many', 30, undefined],
      [4, 'few', 3, undefined],
    ]);
    expect((await ranking('?limit=3')).items.map(({ scheduleId }) => scheduleId)).toEqual(['quick', 'slow', 'many']);
    for (const query of ['?limit=0', '?limit=101', '?cursor=x']) expect((await get(`/concerts/ranking${query}`)).statusCode).toBe(400);
  });

  test('when a sold-out performance gets a seat back, it keeps its place and tells what is sold', async () => {
    await shop.rows("BEGIN; SELECT set_config('app.refund', 'on', true); UPDATE seats SET status = 'AVAILABLE', reservation_id = NULL WHERE schedule_id = 'quick' AND seat_no = 1; COMMIT");
    await shop.service.catalogue.seatReturned('quick');
    await eventually('the seat is told', async () => (await soldOf('quick')) === 3);
    expect((await ranking()).items[0]).toMatchObject({ scheduleId: 'quick', seatsTotal: 4 });
  });

  test('without Redis it is counted from PostgreSQL, a few times in all, and says so; afterwards it is as before', async () => {
    const buyer = await (await shop.buyer()).active();
    try {
      await shop.redis.cut();
      await buy(buyer, 1);
      const { items, degraded } = await ranking();
      expect(degraded).toBe('redis');
      expect(items.map(({ scheduleId }) => scheduleId)).toEqual(['quick', 'slow', 'many', 'few', SCHEDULE]);
      const before = await shop.metric('cache_load_seconds_count{area="ranking"}');
      await Promise.all(Array.from({ length: 100 }, () => ranking()));
      expect((await shop.metric('cache_load_seconds_count{area="ranking"}')) - before).toBeLessThanOrEqual(1);
    } finally {
      await shop.redis.heal();
    }
    await eventually('the sale Redis missed is counted', async () => (await ranking()).degraded === undefined && (await soldOf(SCHEDULE)) === 1);
  });

  test('a Redis that comes back empty has the whole ranking again with the first question', async () => {
    await shop.emptyRedis();
    // A sale into an empty Redis must not look like the whole ranking.
    await shop.service.catalogue.seatSold('many');
    const { items, degraded } = await ranking();
    expect(degraded).toBeUndefined();
    expect(items.map(({ scheduleId, seatsSold }) => [scheduleId, seatsSold])).toEqual([['quick', 3], ['slow', 4], ['many', 30], ['few', 3], [SCHEDULE, 1]]);
  });

  test('sold-out times are recorded once, from the last payment, whoever looks when', async () => {
    const recorded = () => shop.rows<{ schedule_id: string; sold_out_at: Date }>('SELECT schedule_id, sold_out_at FROM sold_out_schedules ORDER BY 1');
    const before = await recorded();
    expect(before.map(({ schedule_id }) => schedule_id)).toEqual(['quick', 'slow']);
    await Promise.all([shop.service.catalogue.rebuildRanking(), shop.service.catalogue.rebuildRanking()]);
    expect(await recorded()).toEqual(before);
    const [row] = await shop.rows<{ same: boolean }>("SELECT sold_out_at = (SELECT max(confirmed_at) FROM reservations WHERE schedule_id = 'slow') AS same FROM sold_out_schedules WHERE schedule_id = 'slow'");
    expect(row?.same).toBe(true);
  });
});
