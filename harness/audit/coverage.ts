import type { Findings } from '../contracts/findings.ts';
import type { OperationName } from '../contracts/history.ts';
import type { LedgerName } from '../contracts/ledger.ts';
import type { FaultWindows } from '../metrics/fault-windows.ts';
import { canBeLookedUp, type Operation } from './history.ts';
import type { LedgerFiles } from './ledger-files.ts';

export type Coverage = Findings['coverage'];
/** What is counted on the way through the history, and through the ledger. */
export type HistoryCounts = Pick<Coverage, 'acknowledged' | 'acknowledgedChecked' | 'unknown' | 'paymentsInFault'>;
export type LedgerCounts = Pick<Coverage, 'seatsSold' | 'doubleSales' | 'payments' | 'paymentsDelivered'>;

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
  counts(files: LedgerFiles): HistoryCounts {
    const checked = (Object.keys(lookedUpIn) as OperationName[]).filter((op) => files.defects([lookedUpIn[op]]).length === 0);
    return {
      acknowledged: this.#acknowledged,
      acknowledgedChecked: checked.reduce((sum, op) => sum + this.#lookedUp[op], 0),
      unknown: this.#unknown,
      paymentsInFault: this.#paymentsInFault.size,
    };
  }
}
