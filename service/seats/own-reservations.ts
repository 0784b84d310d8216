import type { Context, Visit } from '../context.ts';
import { cursorOf, positionOf } from '../domain/cursor.ts';
import { Problem } from '../domain/problem.ts';
import { refusal } from '../domain/refusal.ts';
import { statement } from '../sql/statement.ts';
import type { Catalogue } from './catalogue.ts';
import type { Reservation } from './reservations.ts';

const readReservationSql = statement('read-reservation');
const listReservationsSql = statement('list-reservations');
const cancelReservationSql = statement('cancel-reservation');

export interface OwnReservation extends Reservation {
  readonly status: 'HELD' | 'CONFIRMED' | 'EXPIRED' | 'CANCELLED';
}

type Row = Omit<OwnReservation, 'holdUntil'> & { readonly holdUntil: Date };

const told = (row: Row): OwnReservation => ({ ...row, holdUntil: row.holdUntil.toISOString() });

/** A user's own reservations: to look at, and to give back. */
export class OwnReservations {
  readonly #context: Context;
  readonly #catalogue: Catalogue;

  constructor(context: Context, catalogue: Catalogue) {
    this.#context = context;
    this.#catalogue = catalogue;
  }

  /** Somebody else's is not found. */
  async find(reservationId: string, user: string): Promise<OwnReservation> {
    const [row] = await this.#context.db.query<Row>(readReservationSql, [reservationId, user]);
    if (!row) throw new Problem(404, 'RESERVATION_NOT_FOUND', 'you have no such reservation');
    return told(row);
  }

  /** A page, newest first. Throws 400 for a cursor that was not given out. */
  async list(user: string, limit: number, cursor: string | undefined): Promise<{ reservations: OwnReservation[]; nextCursor?: string }> {
    const after = cursor === undefined ? { at: 'infinity', id: '' } : positionOf(cursor);
    const rows = await this.#context.db.query<Row & { createdAt: string }>(listReservationsSql, [user, after.at, after.id, limit + 1]);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      reservations: page.map(({ createdAt: _, ...row }) => told(row)),
      ...(last && { nextCursor: cursorOf({ at: last.createdAt, id: last.reservationId }) }),
    };
  }

  /** Gives a held seat back, at once; again changes nothing. Throws the refusal as a Problem. */
  async cancel(reservationId: string, user: string, visit: Visit): Promise<void> {
    const { db, metrics, wake } = this.#context;
    const [row] = await db.query<{ rc: number; scheduleId: string }>(cancelReservationSql, [reservationId, user, visit.traceparent]);
    if (row?.rc === 7) return;
    if (row?.rc === 1) throw new Problem(404, 'RESERVATION_NOT_FOUND', 'you have no such reservation');
    if (row?.rc !== 0) throw refusal(row?.rc ?? -1);
    metrics.reservationsCreated.inc({ status: 'CANCELLED' });
    wake.relay();
    await this.#catalogue.seatsChanged(row.scheduleId, visit);
  }
}
