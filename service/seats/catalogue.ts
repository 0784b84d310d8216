import type { Context, Visit } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import { statement } from '../sql/statement.ts';
import { CachedReads, type CachedText } from './cached-read.ts';

const readSchedulesSql = statement('read-schedules');
const readSeatsSql = statement('read-seats');

const schedulesTtlMs = 300_000;
const seatsTtlMs = 1000;

/** What can be looked at before buying: schedules and seat maps. */
export class Catalogue {
  readonly #context: Context;
  readonly #reads: CachedReads;

  constructor(context: Context) {
    this.#context = context;
    this.#reads = new CachedReads(context);
  }

  schedules(concertId: string, visit: Visit): Promise<CachedText> {
    return this.#found(
      this.#reads.read('schedules', concertId, schedulesTtlMs, visit, async () => {
        const [row] = await this.#context.db.query<{ schedules: unknown[] }>(readSchedulesSql, [concertId]);
        return row && { schedules: row.schedules };
      }),
      'CONCERT_NOT_FOUND',
    );
  }

  seats(scheduleId: string, visit: Visit): Promise<CachedText> {
    return this.#found(
      this.#reads.read('seats', scheduleId, seatsTtlMs, visit, async () => {
        const seats = await this.#context.db.query(readSeatsSql, [scheduleId]);
        return seats.length === 0 ? undefined : { seats };
      }),
      'SCHEDULE_NOT_FOUND',
    );
  }

  /** A seat of this schedule changed hands. */
  seatsChanged(scheduleId: string, visit?: Visit): Promise<void> {
    return this.#reads.forget('seats', scheduleId, visit);
  }

  async #found(read: Promise<CachedText | undefined>, code: string): Promise<CachedText> {
    const answer = await read;
    if (!answer) throw new Problem(404, code, 'there is nothing by that id');
    return answer;
  }
}
