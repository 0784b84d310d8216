/** Growth of a counter from reading to reading. A smaller value than before means that it started again from 0. */
export class Growth {
  #last: number | undefined;

  /** `from` is the value before the first reading, when it is known; without it the first reading has no growth. */
  constructor(from?: number) {
    this.#last = from;
  }

  /** Growth since the reading before; null for the first. */
  next(value: number): number | null {
    const last = this.#last;
    this.#last = value;
    if (last === undefined) return null;
    return value >= last ? value - last : value;
  }
}
