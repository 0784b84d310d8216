import type { LedgerRow } from '../../contracts/ledger.ts';
import { admissionSettings } from '../../targets/ticketing/settings.ts';
import { keyOf, sortable } from '../compare.ts';
import { Sorter } from '../sorter.ts';
import type { LedgerInvariant } from './invariant.ts';

/** A place becomes active (+1) or stops being so (-1). */
interface Edge {
  readonly scope: string;
  readonly tMs: number;
  readonly delta: 1 | -1;
  readonly user: string;
  readonly seq: number;
}

/** A sweep over the durable log of admissions, one queue after the other. */
export const admissionsWithinCap: LedgerInvariant = {
  id: 'admissions-within-cap',
  title: 'Never are more users admitted at one time than the cap allows',
  check(ledger, tally, { service }) {
    const { cap } = admissionSettings(service);
    // At the same instant those who leave go first.
    const edges = new Sorter<Edge>(({ scope, tMs, delta }) => keyOf(scope, sortable(tMs), delta < 0 ? '0' : '1'), ledger.spill);
    for (const place of ledger.rows('places')) for (const edge of edgesOf(place)) edges.add(edge);
    let scope: string | undefined;
    let active = 0;
    for (const edge of edges.rows()) {
      if (edge.scope !== scope) active = 0;
      scope = edge.scope;
      active += edge.delta;
      if (edge.delta < 0) continue;
      tally.look();
      if (active > cap) tally.violate({ scope, user: edge.user, seq: edge.seq, tMs: edge.tMs, active, cap }, active);
    }
  },
};

function edgesOf({ scope, user, seq, admittedMs, expiresMs, doneMs }: LedgerRow<'places'>): Edge[] {
  if (admittedMs === null) return [];
  const start: Edge = { scope, user, seq, tMs: admittedMs, delta: 1 };
  const endMs = Math.min(expiresMs ?? Number.POSITIVE_INFINITY, doneMs ?? Number.POSITIVE_INFINITY);
  if (endMs === Number.POSITIVE_INFINITY) return [start];
  // Never before its start, or the sweep would count a place as less than none.
  return [start, { scope, user, seq, tMs: Math.max(admittedMs + 1, endMs), delta: -1 }];
}
