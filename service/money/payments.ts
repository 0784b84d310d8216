import { randomUUID } from 'node:crypto';
import type { GatewayWord } from '../clients/gateway.ts';
import type { Context, Visit } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import { refusal } from '../domain/refusal.ts';
import { requestHash } from '../domain/request-hash.ts';
import type { TokenClaims } from '../domain/token.ts';
import { requireScope, SCOPE_ALL } from '../queue/scope.ts';
import { toTheEnd } from '../request-scope.ts';
import type { Catalogue } from '../seats/catalogue.ts';
import { statement } from '../sql/statement.ts';
import { answerMs, statusOf } from './gateway-answers.ts';

const payPointsSql = statement('pay-points');
const beginCardPaymentSql = statement('begin-card-payment');
const settleCardPaymentSql = statement('settle-card-payment');
const readPaymentSql = statement('read-payment');
const readReservationSql = statement('read-reservation');

export type Method = 'POINT' | 'CARD';

interface Sale {
  readonly paymentId: string;
  readonly reservationId: string;
  readonly scheduleId: string;
  readonly seatNo: number;
  readonly method: Method;
  readonly amount: number;
}

export interface Payment extends Sale {
  readonly status: 'SUCCESS' | 'PENDING';
  /** points left, when it was paid with points */
  readonly balance?: number;
}

/** A payment as its payer may look it up. */
export interface PaymentState extends Sale {
  readonly status: 'PENDING' | 'SUCCESS' | 'FAILED' | 'REFUNDED';
  /** what became of the last refund that was asked for */
  readonly refund: 'PENDING' | 'SUCCESS' | 'FAILED' | null;
}

export interface Wish {
  readonly reservationId: string;
  readonly amount: number;
  readonly method: Method;
}

/** Paying for a held seat: seat, reservation, money, event and key change together or not at all. */
export class Payments {
  readonly #context: Context;
  readonly #catalogue: Catalogue;

  constructor(context: Context, catalogue: Catalogue) {
    this.#context = context;
    this.#catalogue = catalogue;
  }

  /**
   * The same key gives the same answer again and has one effect. PENDING when the gateway's answer about a card is not
   * known: the seat stays with its buyer until the settlement has asked. Throws the refusal as a Problem.
   */
  async pay(claims: TokenClaims, wish: Wish, key: string, visit: Visit): Promise<Payment> {
    if (claims.scope !== SCOPE_ALL) await this.#requireItsQueue(claims, wish.reservationId);
    const { rc, response } = wish.method === 'POINT' ? await this.#payPoints(claims, wish, key, visit) : await this.#beginCard(claims, wish, key);
    if (rc === 7) return response;
    if (rc !== 0) {
      this.#context.metrics.payments.inc({ method: wish.method, result: 'REFUSED' });
      throw refusal(rc);
    }
    if (wish.method === 'CARD') return await this.#chargeCard(response, visit);
    await this.#sold(response, visit);
    return response;
  }

  /** One more look, only where each schedule has its own queue. A reservation that is not there is refused by what follows. */
  async #requireItsQueue(claims: TokenClaims, reservationId: string): Promise<void> {
    const [reservation] = await this.#context.db.query<{ scheduleId: string }>(readReservationSql, [reservationId, claims.user]);
    if (reservation) requireScope(claims, reservation.scheduleId);
  }

  /** One's own payment; somebody else's is not found. */
  async find(paymentId: string, user: string): Promise<PaymentState> {
    const [row] = await this.#context.db.query<PaymentState>(readPaymentSql, [paymentId, user]);
    if (!row) throw new Problem(404, 'PAYMENT_NOT_FOUND', 'you have no such payment');
    return row;
  }

  /** Books the gateway's word about a card that nobody waits for any more. Twice is once. */
  async bookLate(paymentId: string, word: GatewayWord): Promise<void> {
    await this.#book(paymentId, word, { late: true });
  }

  async #payPoints(claims: TokenClaims, { reservationId, amount, method }: Wish, key: string, visit: Visit): Promise<{ rc: number; response: Payment }> {
    const hash = requestHash({ reservationId, amount, method });
    const values = [randomUUID(), reservationId, claims.user, claims.scope, claims.seq, amount, key, hash, randomUUID(), visit.traceparent];
    return rowOf(await this.#context.db.query(payPointsSql, values));
  }

  async #beginCard(claims: TokenClaims, { reservationId, amount, method }: Wish, key: string): Promise<{ rc: number; response: Payment }> {
    const values = [randomUUID(), reservationId, claims.user, claims.scope, claims.seq, amount, key, requestHash({ reservationId, amount, method })];
    return rowOf(await this.#context.db.query(beginCardPaymentSql, values));
  }

  async #chargeCard(begun: Payment, visit: Visit): Promise<Payment> {
    const { gateway, metrics, wake } = this.#context;
    const answer = await gateway.carryOut({ kind: 'charge', id: begun.paymentId, amount: begun.amount }, visit.deadlineMs - answerMs);
    if (answer === 'UNKNOWN') {
      visit.degraded.add('gateway');
      metrics.payments.inc({ method: 'CARD', result: 'PENDING' });
      wake.settlement();
      return begun;
    }
    const booked = await toTheEnd(() => this.#book(begun.paymentId, answer, { late: false, visit }));
    if (booked?.status !== 'SUCCESS') throw new Problem(402, 'CARD_DECLINED', 'the gateway declined the card; the seat is still held for you');
    return { ...booked, status: booked.status };
  }

  async #book(paymentId: string, word: GatewayWord, { late, visit }: { late: boolean; visit?: Visit }): Promise<(Sale & { status: PaymentState['status'] }) | undefined> {
    const { db, metrics, wake } = this.#context;
    const [row] = await db.query<{ changed: boolean; response: (Sale & { status: PaymentState['status'] }) | null }>(settleCardPaymentSql, [paymentId, statusOf(word), late, visit?.traceparent ?? null]);
    const booked = row?.response ?? undefined;
    if (!row?.changed || !booked) return booked;
    if (word === 'APPROVED') await this.#sold(booked, visit);
    else {
      metrics.payments.inc({ method: 'CARD', result: 'FAILED' });
      if (late) {
        metrics.reservationsCreated.inc({ status: 'CANCELLED' });
        wake.relay();
        await this.#catalogue.seatsChanged(booked.scheduleId, visit);
      }
    }
    return booked;
  }

  async #sold({ scheduleId, method, amount }: Sale, visit: Visit | undefined): Promise<void> {
    const { metrics, wake } = this.#context;
    metrics.reservationsCreated.inc({ status: 'CONFIRMED' });
    metrics.payments.inc({ method, result: 'SUCCESS' });
    metrics.paymentAmount.observe(amount);
    metrics.paymentRevenue.inc({ method }, amount);
    wake.relay();
    wake.admission(); // A payment ends its place in the queue: the next may come in.
    await this.#catalogue.seatSold(scheduleId, visit);
  }
}

function rowOf([row]: readonly { rc: number | null; response: Payment }[]): { rc: number; response: Payment } {
  if (!row) throw new Problem(500, 'INTERNAL', 'unexpected answer of the database');
  return { rc: row.rc ?? 0, response: row.response };
}
