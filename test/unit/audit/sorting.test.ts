import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { compareText, keyOf, sortable } from '../../../harness/audit/compare.ts';
import { groupSorted, joinSorted } from '../../../harness/audit/join.ts';
import { packRows, unpackRows } from '../../../harness/audit/pack.ts';
import { Sorter } from '../../../harness/audit/sorter.ts';
import { Spill } from '../../../harness/audit/spill.ts';

interface Row {
  readonly key: string;
  readonly n: number;
}
const keyOfRow = ({ key }: Row): string => key;
function* stream<T>(rows: readonly T[]): Generator<T> {
  yield* rows;
}
const keys = fc.array(fc.oneof(fc.constantFrom('', 'a', 'b', 'ab', 'ä', '￿', '😀', 'a\u0000', 'ÿa', 'Āa', 'ĀĀ', 'āb', 'aaaaaaab', 'aaaaaaaa'), fc.string({ maxLength: 8 })), { maxLength: 40 });
const foldersOf = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('gatecrash-audit-'));

test('text is ordered as PostgreSQL orders it with COLLATE "C": by bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
    { examples: [['\uFFFF', '😀'], ['a\uFFFF', 'a😀']] },
  );
});

test('keys of several parts do not run into each other, and numbers sort as numbers', () => {
  expect(keyOf('a', 'bc')).not.toBe(keyOf('ab', 'c'));
  expect(sortable(9) < sortable(10)).toBe(true);
});

test('a sorter on disk gives the same rows as one in memory, equal keys in the order they came', async () => {
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 1, max: 7 }), async (names, rowsInMemoryMax) => {
      using spill = new Spill();
      const sorter = new Sorter<Row>(keyOfRow, spill, rowsInMemoryMax);
      const rows = names.map((key, n) => ({ key, n }));
      for (const row of rows) sorter.add(row);
      const expected = rows.toSorted((a, b) => compareText(a.key, b.key) || a.n - b.n);
      expect(Array.from(sorter.rows())).toEqual(expected);
      expect(Array.from(sorter.rows())).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('rows come back from disk as they were, with the same fields or not', () => {
  const packed = (rows: readonly unknown[]): unknown[] => unpackRows(packRows(rows));
  const row = fc.record({ key: fc.string(), n: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), at: fc.constantFrom(undefined, null, 1) }, { requiredKeys: ['key'] });
  fc.assert(fc.property(fc.array(row, { maxLength: 5 }), (rows) => void expect(packed(rows)).toEqual(JSON.parse(JSON.stringify(rows)))));
  for (const rows of [[], [{}, {}], [1], [{ a: 1 }, { b: 2 }], [{ a: 1, b: 2 }, { b: 2, a: 1 }], [{ a: 1 }, { a: 1, b: 2 }], [{ names: 1, values: 2 }]]) expect(packed(rows)).toEqual(rows);
});

test('what was written to disk is removed', () => {
  const before = foldersOf();
  {
    using spill = new Spill();
    spill.write([1]);
    expect(foldersOf().length).toBe(before.length + 1);
  }
  expect(foldersOf()).toEqual(before);
});

test('a join has each key once, with the rows of every side', async () => {
  await fc.assert(
    fc.asyncProperty(keys, keys, keys, async (...sides) => {
      const [a, b, c] = sides.map((names) => names.map((key, n) => ({ key, n })).sort((x, y) => compareText(x.key, y.key)));
      const side = (rows: readonly Row[] = []) => ({ rows: stream(rows), key: keyOfRow });
      const joined = Array.from(joinSorted<{ a: Row; b: Row; c: Row }>({ a: side(a), b: side(b), c: side(c) }));
      expect(joined.map(({ key }) => key)).toEqual([...new Set(sides.flat())].sort(compareText));
      for (const { key, sides: found } of joined) expect(found).toEqual({ a: a?.filter((row) => row.key === key), b: b?.filter((row) => row.key === key), c: c?.filter((row) => row.key === key) });
    }),
    { numRuns: 50 },
  );
});

test('rows that are not sorted are noticed', async () => {
  const groups = groupSorted(stream([{ key: 'b', n: 1 }, { key: 'a', n: 2 }]), keyOfRow);
  expect(() => Array.from(groups)).toThrow('rows are not sorted: "a" comes after "b"');
});
