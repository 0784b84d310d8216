import type { Finding } from '../contracts/findings.ts';

export type Example = Record<string, unknown>;

/** Counts what one invariant looked at and what it found; keeps three examples, whatever the number. */
export class Tally {
  checked = 0;
  violations = 0;
  #first: Example | null = null;
  #worst: Example | null = null;
  #last: Example | null = null;
  #worstSeverity = Number.NEGATIVE_INFINITY;

  /** `count` more things were looked at. */
  look(count = 1): void {
    this.checked += count;
  }

  /** One violation. `severity` orders them: the first of the greatest is the worst (KRW, owners, ms …, as fits). */
  violate(example: Example, severity = 0): void {
    this.violations++;
    this.#first ??= example;
    this.#last = example;
    if (severity > this.#worstSeverity) {
      this.#worstSeverity = severity;
      this.#worst = example;
    }
  }

  examples(): Pick<Finding, 'first' | 'worst' | 'last'> {
    return { first: this.#first, worst: this.#worst, last: this.#last };
  }
}
