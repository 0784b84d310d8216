import { randomUUID } from 'node:crypto';
import type { GatewayWord } from '../clients/gateway.ts';
import type { Context, Visit } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import { refusal } from '../domain/refusal.ts';
import { requestHash } from '../domain/request-hash.ts';
import { toTheEnd } from '../request-scope.ts';
import { statement } from '../sql/statement.ts';
import { answerMs, statusOf } from './gateway-answers.ts';

const beginChargeSql = statement('begin-charge');
const settleChargeSql = statement('settle-charge');

export interface ChargeReceipt {
  readonly chargeId: string;
  readonly status: 'SUCCESS' | 'PENDING';
  readonly balance?: number;
}

/** Buying points through the external gateway. The row is there before the gateway is asked, so no answer is ever lost. */
export class Charges {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** PENDING when the gateway's answer is not known: the settlement asks for it, nobody charges again. Throws 402 when it declines. */
  async charge(user: string, amount: number, key: string, visit: Visit): Promise<ChargeReceipt> {
    const { db, gateway, wake } = this.#context;
    const chargeId = randomUUID();
    const [begun] = await db.query<{ rc: number; response: ChargeReceipt }>(beginChargeSql, [chargeId, user, amount, key, requestHash({ amount })]);
    if (begun?.rc === 7) return begun.response;
    if (begun?.rc !== 0) throw refusal(begun?.rc ?? -1);
    const answer = await gateway.carryOut({ kind: 'charge', id: chargeId, amount }, visit.deadlineMs - answerMs);
    if (answer === 'UNKNOWN') {
      visit.degraded.add('gateway');
      this.#context.metrics.charges.inc({ result: 'PENDING' });
      wake.settlement();
      return begun.response;
    }
    const receipt = await toTheEnd(() => this.book(chargeId, answer));
    if (receipt?.status !== 'SUCCESS') throw new Problem(402, 'CHARGE_DECLINED', 'the gateway declined the charge');
    return { ...receipt, status: receipt.status };
  }

  /** Books the gateway's word. Twice is once. */
  async book(chargeId: string, word: GatewayWord): Promise<{ chargeId: string; status: 'SUCCESS' | 'FAILED'; balance?: number } | undefined> {
    const { db, metrics } = this.#context;
    const status = statusOf(word);
    const [row] = await db.query<{ response: { chargeId: string; status: 'SUCCESS' | 'FAILED'; balance?: number } | null }>(settleChargeSql, [chargeId, randomUUID(), status]);
    metrics.charges.inc({ result: status });
    return row?.response ?? undefined;
  }
}
