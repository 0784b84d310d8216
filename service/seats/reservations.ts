import { randomUUID } from 'node:crypto';
import type { Context, Visit } from '../context.ts';
import { refusal } from '../domain/refusal.ts';
import { requestHash } from '../domain/request-hash.ts';
import type { TokenClaims } from '../domain/token.ts';
import { requireScope } from '../queue/scope.ts';
import { statement } from '../sql/statement.ts';
import type { Catalogue } from './catalogue.ts';
import type { SeatLock } from './seat-lock.ts';

const reserveSeatSql = statement('reserve-seat');

export interface Reservation {
  readonly reservationId: string;
  readonly scheduleId: string;
  readonly seatNo: number;
  readonly price: number;
  readonly holdUntil: string;
}

export interface SeatWish {
  readonly scheduleId: string;
  readonly seatNo: number;
}

/** Holding seats. Who gets one is decided by one statement in PostgreSQL, with or without the lock in front of it. */
export class Reservations {
  readonly #context: Context;
  readonly #lock: SeatLock;
  readonly #catalogue: Catalogue;

  constructor(context: Context, lock: SeatLock, catalogue: Catalogue) {
    this.#context = context;
    this.#lock = lock;
    this.#catalogue = catalogue;
  }

  /** Holds a seat for the owner of the token; the same key gives the same answer again. Throws the refusal as a Problem. */
  async reserve(claims: TokenClaims, { scheduleId, seatNo }: SeatWish, key: string | undefined, visit: Visit): Promise<Reservation> {
    requireScope(claims, scheduleId);
    const { db, config, metrics, tracing, wake } = this.#context;
    const hash = key === undefined ? null : requestHash({ scheduleId, seatNo });
    const values = [randomUUID(), claims.user, claims.scope, claims.seq, scheduleId, seatNo, config.holdSeconds, randomUUID(), key ?? null, hash, visit.traceparent];
    const [row] = await tracing.span('reserve', 'internal', { 'schedule.id': scheduleId, 'seat.no': seatNo }, () =>
      this.#lock.with(scheduleId, seatNo, visit, () => db.query<{ rc: number | null; response: Reservation; position: number | null }>(reserveSeatSql, values)),
    );
    const rc = row?.rc ?? 0;
    if (!row || (rc !== 0 && rc !== 7)) throw refusal(rc, { position: row?.position ?? undefined });
    if (rc === 0) {
      metrics.reservationsCreated.inc({ status: 'HELD' });
      wake.relay();
      await this.#catalogue.seatsChanged(scheduleId, visit);
    }
    return row.response;
  }
}
