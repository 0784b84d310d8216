import { appendFileSync, existsSync, readFileSync } from 'node:fs';

type Decision = 'APPROVED' | 'DECLINED';

/** Money taken from a card, KRW. */
export interface Charge {
  readonly chargeId: string;
  readonly amount: number;
  readonly status: Decision;
}

/** Money given back to the card of a charge, KRW. */
export interface Refund {
  readonly refundId: string;
  readonly chargeId: string;
  readonly amount: number;
  readonly status: Decision;
}

/** The gateway's own book: in memory, and appended to a file, one line an entry, so that a restart forgets nothing. */
export class GatewayLedger {
  readonly #charges = new Map<string, Charge>();
  readonly #refunds = new Map<string, Refund>();
  readonly #refunded = new Set<string>();
  readonly #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) this.#remember(JSON.parse(line) as Charge | Refund);
  }

  /** Books a charge once; asked again it gives the first one. */
  charge(chargeId: string, amount: number, declines: boolean): Charge {
    return this.#charges.get(chargeId) ?? this.#book({ chargeId, amount, status: declines ? 'DECLINED' : 'APPROVED' });
  }

  /** Books a refund once; asked again it gives the first one. Declined unless the charge was made, over that amount, and not refunded yet. */
  refund(refundId: string, chargeId: string, amount: number): Refund {
    const known = this.#refunds.get(refundId);
    if (known) return known;
    const charge = this.#charges.get(chargeId);
    const good = charge?.status === 'APPROVED' && charge.amount === amount && !this.#refunded.has(chargeId);
    return this.#book({ refundId, chargeId, amount, status: good ? 'APPROVED' : 'DECLINED' });
  }

  findCharge(chargeId: string): Charge | undefined {
    return this.#charges.get(chargeId);
  }

  findRefund(refundId: string): Refund | undefined {
    return this.#refunds.get(refundId);
  }

  charges(): Charge[] {
    return [...this.#charges.values()];
  }

  refunds(): Refund[] {
    return [...this.#refunds.values()];
  }

  #book<E extends Charge | Refund>(entry: E): E {
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
    this.#remember(entry);
    return entry;
  }

  #remember(entry: Charge | Refund): void {
    if (!('refundId' in entry)) {
      this.#charges.set(entry.chargeId, entry);
      return;
    }
    this.#refunds.set(entry.refundId, entry);
    if (entry.status === 'APPROVED') this.#refunded.add(entry.chargeId);
  }
}
