import type { Context } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import type { Catalogue } from '../seats/catalogue.ts';
import { statement } from '../sql/statement.ts';

const createOpeningSql = statement('create-opening');
const addSeatsSql = statement('add-seats');
const changeConcertSql = statement('change-concert');

/** Rows that one statement writes well within its time. */
const seatsMax = 50_000;

/** Seats `from` to `to`, both included, at one price (KRW). */
export interface SeatRange {
  readonly from: number;
  readonly to: number;
  readonly price: number;
}

export interface NewSchedule {
  readonly scheduleId: string;
  readonly startsAt: string;
  readonly seats: readonly SeatRange[];
}

export interface NewConcert {
  readonly concertId: string;
  readonly title: string;
  readonly opensAt?: string;
  readonly schedules: readonly NewSchedule[];
}

interface Done {
  readonly rc: number;
  readonly seats: number;
  readonly existing: string | null;
}

/** Puts concerts, schedules and seats on sale: all of a request or nothing of it. */
export class Openings {
  readonly #context: Context;
  readonly #catalogue: Catalogue;

  constructor(context: Context, catalogue: Catalogue) {
    this.#context = context;
    this.#catalogue = catalogue;
  }

  /** Returns how many seats there are. Throws 409 for what is there already, 422 for ranges that overlap or are too many. */
  async create({ concertId, title, opensAt, schedules }: NewConcert): Promise<number> {
    const seats = await this.#write(concertId, title.toWellFormed(), opensAt, schedules, true);
    await this.#catalogue.invalidate('concerts');
    return seats;
  }

  /** Adds schedules to a concert. Throws 404, 409 and 422. */
  async addSchedules(concertId: string, schedules: readonly NewSchedule[]): Promise<number> {
    const seats = await this.#write(concertId, null, undefined, schedules, false);
    await this.#forget(concertId);
    return seats;
  }

  /** Adds seats to a schedule. Throws 404, 409 and 422. */
  async addSeats(scheduleId: string, ranges: readonly SeatRange[]): Promise<number> {
    checkRanges([ranges]);
    const [done] = await this.#context.db.query<Done & { concertId: string | null }>(addSeatsSql, [scheduleId, JSON.stringify(ranges)]);
    const seats = seatsOf(done, 'SCHEDULE_NOT_FOUND');
    await Promise.all([this.#catalogue.invalidate('seats', scheduleId), this.#forget(done?.concertId ?? '')]);
    return seats;
  }

  /** Changes what is named; `opensAt: null` takes the opening back. Throws 404. */
  async change(concertId: string, { title, opensAt }: { readonly title?: string | undefined; readonly opensAt?: string | null | undefined }): Promise<{ concertId: string; title: string; opensAt: Date | null }> {
    const values = [concertId, title?.toWellFormed() ?? null, opensAt !== undefined, opensAt ?? null];
    const [row] = await this.#context.db.query<{ concertId: string; title: string; opensAt: Date | null }>(changeConcertSql, values);
    if (!row) throw new Problem(404, 'CONCERT_NOT_FOUND', 'there is nothing by that id');
    await this.#forget(concertId);
    return row;
  }

  async #write(concertId: string, title: string | null, opensAt: string | undefined, schedules: readonly NewSchedule[], fresh: boolean): Promise<number> {
    checkRanges(schedules.map(({ seats }) => seats));
    const [done] = await this.#context.db.query<Done>(createOpeningSql, [concertId, title, opensAt ?? null, JSON.stringify(schedules), fresh]);
    return seatsOf(done, 'CONCERT_NOT_FOUND');
  }

  async #forget(concertId: string): Promise<void> {
    const catalogue = this.#catalogue;
    await Promise.all([catalogue.invalidate('concerts'), catalogue.invalidate('concert', concertId), catalogue.invalidate('schedules', concertId)]);
  }
}

/** Throws 422 when ranges of one schedule overlap, end before they begin, or all together are too many seats. */
export function checkRanges(schedules: readonly (readonly SeatRange[])[]): void {
  let seats = 0;
  for (const ranges of schedules) {
    let last = 0;
    for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
      if (to < from || from <= last) throw new Problem(422, 'SEAT_RANGES_INVALID', `seats ${from} to ${to}: ranges of a schedule must not overlap, nor end before they begin`);
      last = to;
      seats += to - from + 1;
    }
  }
  if (seats > seatsMax) throw new Problem(422, 'TOO_MANY_SEATS', `${seats} seats in one request; at most ${seatsMax}`);
}

function seatsOf(done: Done | undefined, missing: 'CONCERT_NOT_FOUND' | 'SCHEDULE_NOT_FOUND'): number {
  if (done?.rc === 0) return done.seats;
  if (done?.rc === 1) throw new Problem(404, missing, 'there is nothing by that id');
  if (done?.existing === 'concerts_pkey') throw new Problem(409, 'CONCERT_EXISTS', 'there is a concert by that id; nothing was changed');
  if (done?.existing === 'schedules_pkey') throw new Problem(409, 'SCHEDULE_EXISTS', 'there is a schedule by one of these ids; nothing was changed');
  throw new Problem(409, 'SEAT_EXISTS', 'one of these seats is there already; nothing was changed');
}
