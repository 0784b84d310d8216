import type { LedgerRow } from '../contracts/ledger.ts';
import { keyOf, sortable } from './compare.ts';

/** A place becomes active (+1) or stops being so (-1). */
export interface AdmissionEdge {
  readonly scope: string;
  readonly tMs: number;
  readonly delta: 1 | -1;
  readonly user: string;
  readonly seq: number;
}

/** One queue after the other, in the order of time; at the same instant those who leave go first. */
export const edgeKey = ({ scope, tMs, delta }: AdmissionEdge): string => keyOf(scope, sortable(tMs), delta < 0 ? '0' : '1');

export function edgesOf({ scope, user, seq, admittedMs, expiresMs, doneMs }: LedgerRow<'places'>): AdmissionEdge[] {
  if (admittedMs === null) return [];
  const start: AdmissionEdge = { scope, user, seq, tMs: admittedMs, delta: 1 };
  const endMs = Math.min(expiresMs ?? Number.POSITIVE_INFINITY, doneMs ?? Number.POSITIVE_INFINITY);
  if (endMs === Number.POSITIVE_INFINITY) return [start];
  // Never before its start, or the sweep would count a place as less than none.
  return [start, { scope, user, seq, tMs: Math.max(admittedMs + 1, endMs), delta: -1 }];
}
