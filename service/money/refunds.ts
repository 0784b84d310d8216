import { randomUUID } from 'node:crypto';
import type { GatewayWord } from '../clients/gateway.ts';
import type { Context, Visit } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import { refusal } from '../domain/refusal.ts';
import { requestHash } from '../domain/request-hash.ts';
import type { Catalogue } from '../seats/catalogue.ts';
import { toTheEnd } from '../request-scope.ts';
import { statement } from '../sql/statement.ts';
import { answerMs, statusOf } from './gateway-answers.ts';
import type { Method } from './payments.ts';

const beginRefundSql = statement('begin-refund');
const settleRefundSql = statement('settle-refund');

interface RefundState {
  readonly refundId: string;
  readonly paymentId: string;
  readonly reservationId: string;
  readonly method: Method;
  readonly amount: number;
  readonly status: 'PENDING' | 'SUCCESS' | 'FAILED';
}

export interface Refund extends RefundState {
  readonly status: 'PENDING' | 'SUCCESS';
}

interface Settled {
  readonly changed: boolean;
  readonly response: RefundState | null;
  readonly scheduleId: string | null;
}

/** Giving the money of a payment back, and its seat to the others. A payment is refunded once, however often it is asked for. */
export class Refunds {
  readonly #context: Context;
  readonly #catalogue: Catalogue;

  constructor(context: Context, catalogue: Catalogue) {
    this.#context = context;
    this.#catalogue = catalogue;
  }

  /** PENDING when the gateway's answer about a card is not known: the seat stays sold until it is. Throws the refusal as a Problem. */
  async refund(paymentId: string, user: string, key: string | undefined, visit: Visit): Promise<Refund> {
    const { db, gateway, metrics, wake } = this.#context;
    const hash = key === undefined ? null : requestHash({ paymentId });
    const [begun] = await db.query<{ rc: number; response: Refund; scheduleId: string | null }>(beginRefundSql, [randomUUID(), paymentId, user, key ?? null, hash, visit.traceparent]);
    if (begun?.rc === 1) throw new Problem(404, 'PAYMENT_NOT_FOUND', 'you have no such payment');
    if (begun?.rc === 7) return begun.response;
    if (begun?.rc !== 0) throw refusal(begun?.rc ?? -1);
    const { response: refund, scheduleId } = begun;
    if (refund.status === 'SUCCESS') {
      await this.#done({ changed: true, response: refund, scheduleId }, visit);
      return refund;
    }
    const answer = await gateway.carryOut({ kind: 'refund', id: refund.refundId, amount: refund.amount, chargeId: paymentId }, visit.deadlineMs - answerMs);
    if (answer === 'UNKNOWN') {
      visit.degraded.add('gateway');
      metrics.refunds.inc({ method: 'CARD', result: 'PENDING' });
      wake.settlement();
      return refund;
    }
    const settled = await toTheEnd(() => this.book(refund.refundId, answer, visit));
    if (settled?.status !== 'SUCCESS') throw new Problem(409, 'REFUND_DECLINED', 'the gateway does not give this money back; the ticket stays yours');
    return { ...settled, status: settled.status };
  }

  /** Books the gateway's word. Twice is once. */
  async book(refundId: string, word: GatewayWord, visit?: Visit): Promise<RefundState | undefined> {
    const [row] = await this.#context.db.query<Settled>(settleRefundSql, [refundId, statusOf(word), visit?.traceparent ?? null]);
    if (row?.changed) await this.#done(row, visit);
    return row?.response ?? undefined;
  }

  async #done({ response, scheduleId }: Settled, visit: Visit | undefined): Promise<void> {
    const { metrics, wake } = this.#context;
    if (!response) return;
    const { method, status, amount } = response;
    metrics.refunds.inc({ method, result: status });
    if (status !== 'SUCCESS') return;
    metrics.refundedAmount.inc({ method }, amount);
    metrics.reservationsCreated.inc({ status: 'CANCELLED' });
    wake.relay();
    if (scheduleId !== null) await this.#catalogue.seatReturned(scheduleId, visit);
  }
}
