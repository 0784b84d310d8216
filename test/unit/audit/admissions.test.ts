import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AdmissionEdge, AdmissionSweep } from '../../../harness/audit/admissions.ts';
import type { LedgerRow } from '../../../harness/contracts/ledger.ts';

type Place = LedgerRow<'places'>;

const place = (scope: string, seq: number, issuedMs: number, more: Partial<Place> = {}): Place => ({ scope, seq, user: `u${seq}`, issuedMs, admittedMs: null, expiresMs: null, doneMs: null, ...more });

function played(places: readonly Place[]): string[] {
  const edges: AdmissionEdge[] = [];
  const sweep = new AdmissionSweep((edge) => edges.push(edge));
  for (const one of places) sweep.add(one);
  sweep.end();
  return edges.map(({ scope, seq, tMs, change }) => `${scope} ${tMs} ${change} ${seq}`);
}

test('one queue after the other, each in the order of time; who leaves goes first, and nobody is admitted before coming', () => {
  expect(
    played([
      place('a', 1, 10, { admittedMs: 20, doneMs: 30 }),
      place('a', 2, 15, { admittedMs: 30, expiresMs: 90, doneMs: 40 }),
      place('a', 3, 30, { admittedMs: 30, expiresMs: 30 }),
      place('a', 4, 5, { expiresMs: 25 }),
      place('b', 1, 1),
    ]),
  ).toEqual(['a 5 came 4', 'a 10 came 1', 'a 15 came 2', 'a 20 admitted 1', 'a 25 gave-up 4', 'a 30 ended 1', 'a 30 came 3', 'a 30 admitted 2', 'a 30 admitted 3', 'a 31 ended 3', 'a 40 ended 2', 'b 1 came 1']);
});

test('nobody is ever active less than zero times, and everybody comes once', () => {
  const time = fc.integer({ min: 0, max: 50 });
  const places = fc.array(fc.record({ issuedMs: time, waitsMs: fc.option(time), endMs: fc.option(time) }), { maxLength: 30 });
  fc.assert(
    fc.property(places, (rows) => {
      const all = rows.map(({ issuedMs, waitsMs, endMs }, index) => place('a', index + 1, issuedMs, { admittedMs: waitsMs === null ? null : issuedMs + waitsMs, expiresMs: endMs }));
      let active = 0;
      const came = new Set<number>();
      const sweep = new AdmissionSweep(({ seq, change }) => {
        if (change === 'came') came.add(seq);
        active += change === 'admitted' ? 1 : change === 'ended' ? -1 : 0;
        expect(active).toBeGreaterThanOrEqual(0);
      });
      for (const one of all) sweep.add(one);
      sweep.end();
      expect(came.size).toBe(all.length);
    }),
  );
});

test('a queue that comes back is not taken for another', () => {
  expect(() => played([place('b', 1, 1), place('a', 1, 2), place('b', 2, 3)])).toThrow('not sorted');
});
