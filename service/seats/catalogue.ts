import type { CacheArea, Load } from '../cache/areas.ts';
import { CachedReads, type CachedText } from '../cache/cached-reads.ts';
import type { Context, Visit } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import { Ranking } from '../ranking/ranking.ts';
import { catalogueLoads, pageId } from './catalogue-loads.ts';

/** What can be looked at before buying: concerts, schedules, seat maps, the ranking. */
export class Catalogue {
  readonly #reads: CachedReads;
  readonly #ranking: Ranking;
  readonly #loads: Readonly<Record<CacheArea, Load>>;

  constructor(context: Context) {
    this.#reads = new CachedReads(context);
    this.#ranking = new Ranking(context);
    this.#loads = catalogueLoads(context, this.#ranking);
  }

  /** A page of the list by opening and id; throws 400 for a cursor that was not given out. */
  concerts(limit: number, cursor: string | undefined, visit: Visit): Promise<CachedText> {
    return this.#read('concerts', pageId(limit, cursor), visit, 'CONCERT_NOT_FOUND');
  }

  concert(concertId: string, visit: Visit): Promise<CachedText> {
    return this.#read('concert', concertId, visit, 'CONCERT_NOT_FOUND');
  }

  schedules(concertId: string, visit: Visit): Promise<CachedText> {
    return this.#read('schedules', concertId, visit, 'CONCERT_NOT_FOUND');
  }

  seats(scheduleId: string, visit: Visit): Promise<CachedText> {
    return this.#read('seats', scheduleId, visit, 'SCHEDULE_NOT_FOUND');
  }

  /** The first `limit` of the ranking. */
  ranking(limit: number, visit: Visit): Promise<CachedText> {
    return this.#read('ranking', String(limit), visit, 'CONCERT_NOT_FOUND');
  }

  /** A seat of this schedule changed hands. */
  seatsChanged(scheduleId: string, visit?: Visit): Promise<void> {
    return this.#reads.forget('seats', scheduleId, visit);
  }

  /** A seat of this schedule was sold. */
  async seatSold(scheduleId: string, visit?: Visit): Promise<void> {
    this.#ranking.count(scheduleId, 1);
    await this.seatsChanged(scheduleId, visit);
  }

  /** A sold seat of this schedule came back. */
  async seatReturned(scheduleId: string, visit?: Visit): Promise<void> {
    this.#ranking.count(scheduleId, -1);
    await this.seatsChanged(scheduleId, visit);
  }

  /**
   * What was cached of this is not told any more; without an id, all of the area. Ids: concert and schedules have the
   * concert's, seats the schedule's, ranking the length asked for; pages of concerts only go together. While Redis is
   * gone it is remembered, and done when Redis is back.
   */
  async invalidate(area: CacheArea, id?: string): Promise<void> {
    await (id === undefined ? this.#reads.forgetArea(area) : this.#reads.forget(area, id));
  }

  /** Reads it from PostgreSQL and puts it into the cache now, in place of what is there; see CachedReads.write. */
  writeThrough(area: CacheArea, id: string): Promise<'written' | 'absent' | 'deferred'> {
    return this.#reads.write(area, id, this.#loads[area]);
  }

  /** Records what was sold out, and counts the ranking anew. */
  rebuildRanking(): Promise<void> {
    return this.#ranking.rebuild();
  }

  /** Reads how much is cached, for the metrics. */
  measure(): Promise<void> {
    return this.#reads.measure();
  }

  close(): void {
    this.#reads.close();
  }

  async #read(area: CacheArea, id: string, visit: Visit, code: string): Promise<CachedText> {
    const answer = await this.#reads.read(area, id, visit, this.#loads[area]);
    if (!answer) throw new Problem(404, code, 'there is nothing by that id');
    return answer;
  }
}
