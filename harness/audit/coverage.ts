import type { Findings } from '../contracts/findings.ts';
import type { OperationName } from '../contracts/history.ts';
import type { LedgerName } from '../contracts/ledger.ts';
import type { FaultWindows } from '../metrics/fault-windows.ts';
import { canBeLookedUp, type Operation } from './history.ts';
import { countDelivered } from './invariants/payment-at-platform-once.ts';
import { countSold } from './invariants/seat-sold-twice.ts';
import { type LedgerFiles, LedgerReader } from './ledger-reader.ts';

export type Coverage = Findings['coverage'];

export const noCoverage: Coverage = {
  acknowledged: 0,
  acknowledgedChecked: 0,
  unknown: 0,
  historyComplete: false,
  seatsSold: 0,
  payments: 0,
  paymentsInFault: 0,
  paymentsDelivered: 0,
  doubleSales: 0,
};

/** Where an acknowledged operation is looked up. */
const lookedUpIn: Readonly<Record<OperationName, LedgerName>> = { token: 'places', charge: 'charges', reserve: 'reservations', pay: 'payments' };

/** Counts operations while the history is read. */
export class OperationCounter {
  #unknown = 0;
  #acknowledged = 0;
  readonly #lookedUp: Record<OperationName, number> = { token: 0, charge: 0, reserve: 0, pay: 0 };
  readonly #paymentsInFault = new Set<string>();
  readonly #faults: FaultWindows;

  constructor(faults: FaultWindows) {
    this.#faults = faults;
  }

  see(operation: Operation): void {
    const { op, outcome, acknowledged, invokeMs } = operation;
    if (outcome === 'unknown') this.#unknown++;
    if (outcome === 'ok') this.#acknowledged++;
    if (canBeLookedUp(operation)) this.#lookedUp[op]++;
    // A payment that was sent again is one payment.
    if (op === 'pay' && acknowledged !== undefined && this.#faults.overlapping(invokeMs, invokeMs).length > 0) this.#paymentsInFault.add(acknowledged);
  }

  /** Without a sound ledger file nothing was looked up in it. Call it when the ledger has been read. */
  counts(files: LedgerFiles): Pick<Coverage, 'acknowledged' | 'acknowledgedChecked' | 'unknown' | 'paymentsInFault'> {
    const checked = (Object.keys(lookedUpIn) as OperationName[]).filter((op) => files.defects([lookedUpIn[op]]).length === 0);
    return {
      acknowledged: this.#acknowledged,
      acknowledgedChecked: checked.reduce((sum, op) => sum + this.#lookedUp[op], 0),
      unknown: this.#unknown,
      paymentsInFault: this.#paymentsInFault.size,
    };
  }
}

/** Counts what the ledger has; zero where it cannot be read, and the invariants over the same files say why. */
export function countLedger(files: LedgerFiles): Pick<Coverage, 'seatsSold' | 'doubleSales' | 'payments' | 'paymentsDelivered'> {
  const reader = new LedgerReader(files);
  return { ...attempt(() => countSold(reader), { seatsSold: 0, doubleSales: 0 }), ...attempt(() => countDelivered(reader), { payments: 0, paymentsDelivered: 0 }) };
}

function attempt<T>(count: () => T, nothing: T): T {
  try {
    return count();
  } catch {
    return nothing;
  }
}
