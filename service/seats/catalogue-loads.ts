import type { CacheArea, Load } from '../cache/areas.ts';
import type { Context } from '../context.ts';
import { cursorOf, positionOf } from '../domain/cursor.ts';
import type { Ranking } from '../ranking/ranking.ts';
import { statement } from '../sql/statement.ts';

const readConcertsSql = statement('read-concerts');
const readConcertSql = statement('read-concert');
const readSchedulesSql = statement('read-schedules');
const readSeatsSql = statement('read-seats');

interface Concert {
  readonly concertId: string;
  readonly title: string;
  readonly opensAt: string | null;
}

/** A page of the list as an id of the cache: how many, and after what. */
export const pageId = (limit: number, cursor = ''): string => `${limit}:${cursor}`;

/** How each area is read from PostgreSQL, and how long it may be told again. Times to live are short around an opening, when things change. */
export function catalogueLoads({ db, config }: Context, ranking: Ranking): Readonly<Record<CacheArea, Load>> {
  const ttlMs = (seconds: number, ...openings: (string | null)[]): number => {
    const windowMs = config.cacheOpeningMinutes * 60_000;
    const opening = openings.some((opensAt) => opensAt !== null && Math.abs(Date.parse(opensAt) - Date.now()) <= windowMs);
    return 1000 * (opening ? Math.min(seconds, config.cacheOpeningSeconds) : seconds);
  };
  return {
    async concerts(id) {
      const [, size, cursor] = /^(\d{1,3}):(.*)$/.exec(id) ?? [];
      if (size === undefined) return undefined;
      const limit = Number(size);
      const after = cursor ? positionOf(cursor) : { at: '-infinity', id: '' };
      // One more than asked for tells whether there is another page.
      const rows = await db.query<Concert>(readConcertsSql, [limit + 1, after.at, after.id]);
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      const body = { concerts: page.map(told), ...(last && { nextCursor: cursorOf({ at: last.opensAt ?? 'infinity', id: last.concertId }) }) };
      return { body, ttlMs: ttlMs(config.cacheConcertsSeconds, ...page.map(({ opensAt }) => opensAt)) };
    },
    async concert(id) {
      const [row] = await db.query<Concert & { schedules: number; seatsTotal: number }>(readConcertSql, [id]);
      return row && { body: told(row), ttlMs: ttlMs(config.cacheConcertSeconds, row.opensAt) };
    },
    async schedules(id) {
      const [row] = await db.query<{ schedules: unknown[]; opensAt: string | null }>(readSchedulesSql, [id]);
      return row && { body: { schedules: row.schedules }, ttlMs: ttlMs(config.cacheSchedulesSeconds, row.opensAt) };
    },
    async seats(id) {
      const seats = await db.query(readSeatsSql, [id]);
      return seats.length === 0 ? undefined : { body: { seats }, ttlMs: config.cacheSeatsMs };
    },
    async ranking(id) {
      if (!/^\d{1,3}$/.test(id)) return undefined;
      return { body: { ranking: await ranking.top(Number(id)) }, ttlMs: config.cacheRankingSeconds * 1000 };
    },
  };
}

/** A concert whose opening is not set yet has no opensAt. */
function told<C extends Concert>({ opensAt, ...rest }: C): Omit<C, 'opensAt'> & { opensAt?: string } {
  return { ...rest, ...(opensAt !== null && { opensAt: `${opensAt.slice(0, 23)}Z` }) };
}
