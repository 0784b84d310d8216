import { compareText } from './compare.ts';
import { readSpilled, type Spill } from './spill.ts';

/** Above this the rows go to disk in sorted pieces. A row of the audit takes about 500 bytes in memory. */
const ROWS_IN_MEMORY_MAX = 50_000;

/** An external merge sort: memory is bounded by `rowsInMemoryMax` rows while filling and a buffer a piece while reading. */
export class Sorter<Row> {
  #rows: Row[] = [];
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
    this.#rows.push(row);
    if (this.#rows.length >= this.#rowsInMemoryMax) this.#spillRows();
  }

  /** All rows by key; rows of one key in the order in which they were added. Can be read again. */
  *rows(): Generator<Row> {
    if (!this.#sorted) {
      if (this.#pieces.length > 0) this.#spillRows();
      else this.#rows = this.#inOrder();
      this.#sorted = true;
    }
    yield* this.#pieces.length === 0 ? this.#rows : this.#merged();
  }

  #spillRows(): void {
    if (this.#rows.length > 0) this.#pieces.push(this.#spill.write(this.#inOrder()));
    this.#rows = [];
  }

  #inOrder(): Row[] {
    return this.#rows
      .map((row) => ({ key: this.#key(row), row }))
      .sort((a, b) => compareText(a.key, b.key))
      .map(({ row }) => row);
  }

  *#merged(): Generator<Row> {
    const heads: { key: string; row: Row; rest: Generator<Row> }[] = [];
    for (const piece of this.#pieces) {
      const rest = readSpilled<Row>(piece);
      const first = rest.next();
      if (!first.done) heads.push({ key: this.#key(first.value), row: first.value, rest });
    }
    while (heads.length > 0) {
      // Pieces are few (rows / rowsInMemoryMax): looking at each head is cheaper than keeping a heap. Equal keys: the older piece first.
      const least = heads.reduce((a, b) => (compareText(b.key, a.key) < 0 ? b : a));
      yield least.row;
      const next = least.rest.next();
      if (next.done) heads.splice(heads.indexOf(least), 1);
      else Object.assign(least, { row: next.value, key: this.#key(next.value) });
    }
  }
}
