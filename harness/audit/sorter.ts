import { compareText, isBeyondUnits } from './compare.ts';
import type { Group } from './join.ts';
import { mergeSorted } from './merge.ts';
import { readSpilled, type Spill } from './spill.ts';

/** Above this the rows go to disk in sorted pieces. A row of the audit takes about 500 bytes in memory. */
const ROWS_IN_MEMORY_MAX = 20_000;

/** A row with its key, which is made once. */
interface Keyed<Row> {
  readonly key: string;
  readonly row: Row;
}

/** An external merge sort: memory is bounded by `rowsInMemoryMax` rows while filling and a buffer a piece while reading. */
export class Sorter<Row> {
  #rows: Keyed<Row>[] = [];
  /** `<` orders the keys in memory as their bytes do. */
  #plain = true;
  #pieces: string[] = [];
  #sorted = false;
  readonly #key: (row: Row) => string;
  readonly #spill: Spill;
  readonly #rowsInMemoryMax: number;

  constructor(key: (row: Row) => string, spill: Spill, rowsInMemoryMax = ROWS_IN_MEMORY_MAX) {
    this.#key = key;
    this.#spill = spill;
    this.#rowsInMemoryMax = rowsInMemoryMax;
  }

  add(row: Row): void {
    if (this.#sorted) throw new Error('a row was added to a sorter that is being read');
    const key = this.#key(row);
    this.#plain &&= !isBeyondUnits(key);
    this.#rows.push({ key, row });
    if (this.#rows.length >= this.#rowsInMemoryMax) this.#spillRows();
  }

  /** All rows by key; rows of one key in the order in which they were added. Can be read again. */
  *rows(): Generator<Row> {
    for (const { row } of this.#inOrder()) yield row;
  }

  /** The same, gathered by key: memory is one group more. */
  *groups(): Generator<Group<Row>> {
    let group: Group<Row> | undefined;
    for (const { key, row } of this.#inOrder()) {
      if (group !== undefined && group.key === key) {
        group.rows.push(row);
        continue;
      }
      if (group !== undefined) yield group;
      group = { key, rows: [row] };
    }
    if (group !== undefined) yield group;
  }

  #inOrder(): Iterable<Keyed<Row>> {
    if (!this.#sorted) {
      if (this.#pieces.length > 0) this.#spillRows();
      else this.#sortRows();
      this.#sorted = true;
    }
    return this.#pieces.length === 0 ? this.#rows : mergeSorted(this.#pieces.map((piece) => this.#keyed(piece)));
  }

  #spillRows(): void {
    if (this.#rows.length > 0) {
      this.#sortRows();
      this.#pieces.push(this.#spill.write(this.#rows.map(({ row }) => row)));
    }
    this.#rows = [];
    this.#plain = true;
  }

  #sortRows(): void {
    this.#rows.sort(this.#plain ? (a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) : (a, b) => compareText(a.key, b.key));
  }

  *#keyed(piece: string): Generator<Keyed<Row>> {
    for (const row of readSpilled<Row>(piece)) yield { key: this.#key(row), row };
  }
}
