import { randomUUID } from 'node:crypto';
import type { Context, Visit } from '../context.ts';
import { refusal } from '../domain/refusal.ts';
import { requestHash } from '../domain/request-hash.ts';
import type { TokenClaims } from '../domain/token.ts';
import type { Catalogue } from '../seats/catalogue.ts';
import { statement } from '../sql/statement.ts';

const payPointsSql = statement('pay-points');

export interface Payment {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly scheduleId: string;
  readonly seatNo: number;
  readonly status: 'SUCCESS';
  readonly amount: number;
  readonly balance: number;
}

/** Paying for a held seat with points: seat, reservation, wallet, ledger, event and key change together or not at all. */
export class Payments {
  readonly #context: Context;
  readonly #catalogue: Catalogue;

  constructor(context: Context, catalogue: Catalogue) {
    this.#context = context;
    this.#catalogue = catalogue;
  }

  /** The same key gives the same answer again and has one effect. Throws the refusal as a Problem. */
  async pay(claims: TokenClaims, { reservationId, amount }: { reservationId: string; amount: number }, key: string, visit: Visit): Promise<Payment> {
    const { db, metrics, wake } = this.#context;
    const [payment, paid, confirmed, transfer] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const values = [payment, reservationId, claims.user, claims.scope, claims.seq, amount, key, requestHash({ reservationId, amount }), paid, confirmed, transfer, visit.traceparent];
    const [row] = await db.query<{ rc: number | null; response: Payment }>(payPointsSql, values);
    const rc = row?.rc ?? 0;
    if (!row || (rc !== 0 && rc !== 7)) throw refusal(rc);
    if (rc === 0) {
      metrics.reservationsCreated.inc({ status: 'CONFIRMED' });
      metrics.paymentAmount.observe(amount);
      wake.relay();
      wake.admission(); // A payment ends its place in the queue: the next may come in.
      await this.#catalogue.seatSold(row.response.scheduleId, visit);
    }
    return row.response;
  }
}
