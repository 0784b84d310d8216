import type { LedgerRow } from '../../contracts/ledger.ts';
import type { Operation } from '../history.ts';
import type { HistoryInvariant } from './invariant.ts';

/** The ledger's times are cut to milliseconds: a place ended less than this after it says. */
const CUT_MS = 1;

/**
 * The seat was taken at some time between the first request with its key and the answer; the user had to be admitted
 * at some time in between. A repeated request may be answered after the admission has ended.
 */
export const reservedWithAdmission: HistoryInvariant = {
  id: 'reserved-with-admission',
  title: 'Nobody reserved a seat without having been admitted at that time',
  start: (tally) => ({
    see({ operations, places }) {
      for (const operation of operations) {
        if (operation.op !== 'reserve' || operation.acknowledged === undefined) continue;
        tally.look();
        const fromMs = firstInvokeMs(operation, operations);
        const untilMs = operation.completeMs ?? Number.POSITIVE_INFINITY;
        if (!places.some((place) => admittedWithin(place, fromMs, untilMs))) tally.violate({ operation, places: places.slice(0, 5) });
      }
    },
  }),
};

function firstInvokeMs(operation: Operation, operations: readonly Operation[]): number {
  const attempts = operation.key === undefined ? [operation] : operations.filter(({ op, key }) => op === operation.op && key === operation.key);
  return Math.min(...attempts.map(({ invokeMs }) => invokeMs));
}

function admittedWithin({ admittedMs, expiresMs, doneMs }: LedgerRow<'places'>, fromMs: number, untilMs: number): boolean {
  const endMs = Math.min(expiresMs ?? Number.POSITIVE_INFINITY, doneMs ?? Number.POSITIVE_INFINITY);
  return admittedMs !== null && admittedMs <= untilMs && endMs + CUT_MS >= fromMs;
}
