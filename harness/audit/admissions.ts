import type { LedgerRow } from '../contracts/ledger.ts';
import { keyOf, sortable } from './compare.ts';

/** In the order in which they count at one instant: those who leave go first, and nobody is admitted before coming. */
const changes = ['ended', 'came', 'admitted', 'gave-up'] as const;

/** Somebody comes to the queue, becomes active, stops being so, or gives up waiting. */
export interface AdmissionEdge {
  readonly scope: string;
  readonly tMs: number;
  readonly change: (typeof changes)[number];
  readonly user: string;
  readonly seq: number;
}

/** One queue after the other, in the order of time. */
export const edgeKey = ({ scope, tMs, change }: AdmissionEdge): string => keyOf(scope, sortable(tMs), String(changes.indexOf(change)));

export function edgesOf({ scope, user, seq, issuedMs, admittedMs, expiresMs, doneMs }: LedgerRow<'places'>): AdmissionEdge[] {
  const edge = (change: AdmissionEdge['change'], tMs: number): AdmissionEdge => ({ scope, user, seq, change, tMs });
  const came = edge('came', issuedMs);
  const endMs = Math.min(expiresMs ?? Number.POSITIVE_INFINITY, doneMs ?? Number.POSITIVE_INFINITY);
  const ends = endMs < Number.POSITIVE_INFINITY;
  if (admittedMs === null) return ends ? [came, edge('gave-up', endMs)] : [came];
  // Never before its start, or the sweep would count a place as less than none.
  return [came, edge('admitted', admittedMs), ...(ends ? [edge('ended', Math.max(admittedMs + 1, endMs))] : [])];
}
