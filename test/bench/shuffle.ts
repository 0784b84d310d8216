/**
 * Numbers 0 … count − 1 in another order, without a table: the one at rank r is r·step modulo count, with a step that has
 * no factor in common with it. Gives ids that sort by that order, and look as random ones do.
 */
export class Shuffle {
  readonly #count: number;
  readonly #step: number;
  readonly #back: number;

  /** `share`: the step as a share of count; shuffles of different shares have little in common. */
  constructor(count: number, share: number) {
    this.#count = count;
    this.#step = Math.max(1, Math.round(share * count));
    while (inverse(this.#step, count) === undefined) this.#step++;
    this.#back = inverse(this.#step, count) as number;
  }

  /** The number at this rank. */
  at(rank: number): number {
    return (rank * this.#step) % this.#count;
  }

  rankOf(number: number): number {
    return (number * this.#back) % this.#count;
  }

  /** As long as a UUID; the first digits decide the order, as they do between random ones. */
  idOf(number: number): string {
    const digits = Math.floor(((this.rankOf(number) + 0.5) / this.#count) * 2 ** 48).toString(16).padStart(12, '0');
    return `${digits.slice(0, 8)}-${digits.slice(8)}-4000-8000-000000000000`;
  }
}

/** x with a·x = 1 modulo m; undefined when a and m have a factor in common. */
function inverse(a: number, m: number): number | undefined {
  if (m === 1) return 0;
  let [r, next, x, nextX] = [m, a % m, 0, 1];
  while (next !== 0) {
    const quotient = Math.floor(r / next);
    [r, next] = [next, r - quotient * next];
    [x, nextX] = [nextX, x - quotient * nextX];
  }
  return r === 1 ? ((x % m) + m) % m : undefined;
}
