import type { Context } from '../context.ts';
import { statement } from '../sql/statement.ts';
import { Board } from './board.ts';
import { ranked, type Sales } from './order.ts';

const readSalesSql = statement('read-sales');
const readRankedSql = statement('read-ranked');
const recordSoldOutSql = statement('record-sold-out');

interface RankedSchedule {
  readonly scheduleId: string;
  readonly concertId: string;
  readonly title: string;
  readonly seatsTotal: number;
}

export interface RankingItem extends RankedSchedule {
  readonly rank: number;
  readonly seatsSold: number;
  readonly soldOutSeconds?: number;
}

/**
 * Which performances sell best: the sold-out ones first, the fastest of them in front, then by seats sold. Sales are
 * counted in Redis as they happen; a count that Redis did not take is made good by the next rebuild from PostgreSQL, which
 * has the truth. Sold-out times are recorded then too, from when the last seat was paid: a payment is not made to wait for it.
 */
export class Ranking {
  readonly #context: Context;
  readonly #board: Board;

  constructor(context: Context) {
    this.#context = context;
    this.#board = new Board(context.redis);
  }

  /** Seats of this schedule were sold; given back with a negative number. Nobody waits for it. */
  count(scheduleId: string, seats: number): void {
    this.#board.count(scheduleId, seats).catch(() => undefined);
  }

  /** The first `limit`, from Redis; from PostgreSQL when Redis is gone or came back empty. */
  async top(limit: number): Promise<RankingItem[]> {
    const counted = await this.#board.leaders(limit).catch(() => undefined);
    const leaders = ranked(counted ?? (await this.#recount()), limit);
    const facts = await this.#context.db.query<RankedSchedule>(readRankedSql, [leaders.map(({ scheduleId }) => scheduleId)]);
    const factsOf = new Map(facts.map((row) => [row.scheduleId, row]));
    return leaders.flatMap(({ scheduleId, sold, soldOutMs }, index) => {
      const known = factsOf.get(scheduleId);
      return known ? [{ rank: index + 1, ...known, seatsSold: sold, ...(soldOutMs !== null && { soldOutSeconds: soldOutMs / 1000 }) }] : [];
    });
  }

  /** Records what was sold out and counts everything anew. */
  async rebuild(): Promise<void> {
    const { db } = this.#context;
    const sales = await db.query<Sales & { soldOut: boolean }>(readSalesSql);
    const fresh = sales.filter(({ soldOut, soldOutMs }) => soldOut && soldOutMs === null);
    if (fresh.length > 0) await db.query(recordSoldOutSql, [fresh.map(({ scheduleId }) => scheduleId)]);
    await this.#board.replace(fresh.length > 0 ? await db.query<Sales>(readSalesSql) : sales);
  }

  async #recount(): Promise<Sales[]> {
    const sales = await this.#context.db.query<Sales>(readSalesSql);
    await this.#board.replace(sales).catch(() => undefined);
    return sales;
  }
}
