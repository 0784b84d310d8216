/** How much the last load counts in the average. */
const weight = 0.2;

/** How long loads take of late: while they are slow, what was loaded is kept longer, and the database is left alone. */
export class LoadTimes {
  readonly #slowMs: number;
  readonly #factor: number;
  #averageMs = 0;

  /** Above `slowMs` on average, times to live are multiplied by `factor`. */
  constructor(slowMs: number, factor: number) {
    this.#slowMs = slowMs;
    this.#factor = factor;
  }

  observe(ms: number): void {
    this.#averageMs += weight * (ms - this.#averageMs);
  }

  /** What a time to live is multiplied by now; 1: the database is well. */
  get ttlFactor(): number {
    return this.#averageMs > this.#slowMs ? this.#factor : 1;
  }
}
