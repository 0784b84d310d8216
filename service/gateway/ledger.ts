import { appendFileSync, existsSync, readFileSync } from 'node:fs';

export interface Charge {
  readonly chargeId: string;
  readonly amount: number;
  readonly status: 'APPROVED';
}

/** The gateway's own book: in memory, and appended to a file so that a restart forgets nothing. */
export class GatewayLedger {
  readonly #charges = new Map<string, Charge>();
  readonly #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
      const charge = JSON.parse(line) as Charge;
      this.#charges.set(charge.chargeId, charge);
    }
  }

  /** Books a charge once; asked again it gives the first one. */
  book(chargeId: string, amount: number): Charge {
    const known = this.#charges.get(chargeId);
    if (known) return known;
    const charge: Charge = { chargeId, amount, status: 'APPROVED' };
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(charge)}\n`);
    this.#charges.set(chargeId, charge);
    return charge;
  }

  find(chargeId: string): Charge | undefined {
    return this.#charges.get(chargeId);
  }

  all(): Charge[] {
    return [...this.#charges.values()];
  }
}
