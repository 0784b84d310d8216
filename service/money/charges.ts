import { randomUUID } from 'node:crypto';
import type { ChargeAnswer } from '../clients/gateway.ts';
import type { Context, Visit } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import { refusal } from '../domain/refusal.ts';
import { requestHash } from '../domain/request-hash.ts';
import { statement } from '../sql/statement.ts';

const beginChargeSql = statement('begin-charge');
const settleChargeSql = statement('settle-charge');
const pendingChargesSql = statement('pending-charges');

export interface ChargeReceipt {
  readonly chargeId: string;
  readonly status: 'SUCCESS' | 'PENDING';
  readonly balance?: number;
}

/** The gateway may still be working on a charge that it has not heard of, if it was asked so recently. */
const gatewayForgetsAfterSeconds = 5;
/** What is left of a request's time after the gateway was waited for: enough to say that its answer is not known. */
const answerMs = 200;

/** Buying points through the external gateway. The row is there before the gateway is asked, so no answer is ever lost. */
export class Charges {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** PENDING when the gateway's answer is not known: the settlement asks for it, nobody charges again. */
  async charge(user: string, amount: number, key: string, visit: Visit): Promise<ChargeReceipt> {
    const { db, gateway, wake } = this.#context;
    const chargeId = randomUUID();
    const [begun] = await db.query<{ rc: number; response: ChargeReceipt }>(beginChargeSql, [chargeId, user, amount, key, requestHash({ amount })]);
    if (begun?.rc === 7) return begun.response;
    if (begun?.rc !== 0) throw refusal(begun?.rc ?? -1);
    const answer = await gateway.charge(chargeId, amount, visit.deadlineMs - answerMs);
    if (answer === 'UNKNOWN') {
      visit.degraded.add('gateway');
      this.#context.metrics.charges.inc({ result: 'PENDING' });
      wake.settlement();
      return begun.response;
    }
    return await this.settle(chargeId, answer);
  }

  /** Books the gateway's word. Twice is once. Throws 402 for a charge that it declined. */
  async settle(chargeId: string, answer: Exclude<ChargeAnswer, 'UNKNOWN'>): Promise<ChargeReceipt> {
    const { db, metrics } = this.#context;
    const status = answer === 'APPROVED' ? 'SUCCESS' : 'FAILED';
    const [row] = await db.query<{ response: Pick<ChargeReceipt, 'chargeId' | 'balance'> & { status: 'SUCCESS' | 'PENDING' | 'FAILED' } | null }>(settleChargeSql, [chargeId, randomUUID(), status]);
    metrics.charges.inc({ result: status });
    if (row?.response?.status !== 'SUCCESS') throw new Problem(402, 'CHARGE_DECLINED', 'the gateway declined the charge');
    return { ...row.response, status: 'SUCCESS' };
  }

  /** Asks the gateway about charges whose answer is not known. Returns how many are still open. */
  async settlePending(): Promise<number> {
    const { db, gateway, log } = this.#context;
    const pending = await db.query<{ chargeId: string; amount: number; ageSeconds: number }>(pendingChargesSql, [1, 100]);
    let open = 0;
    for (const [index, { chargeId, amount, ageSeconds }] of pending.entries()) {
      if (gateway.isOpen) return open + pending.length - index;
      try {
        let answer = await gateway.lookUp(chargeId);
        // It never came to the gateway: asking again by the same id cannot charge twice.
        if (answer === undefined && ageSeconds > gatewayForgetsAfterSeconds) answer = await gateway.charge(chargeId, amount);
        if (answer === undefined || answer === 'UNKNOWN') open++;
        else await this.settle(chargeId, answer);
      } catch (error) {
        if (error instanceof Problem && error.code === 'CHARGE_DECLINED') continue;
        open++;
        log.warn({ event: 'charge.settlement_failed', chargeId, error: String(error) }, 'charge not settled yet');
      }
    }
    return open;
  }
}
