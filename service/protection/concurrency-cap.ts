import { unavailable } from '../domain/problem.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** At most so many at once; whoever comes on top is refused at once with 503, instead of waiting for what is late already. */
export class ConcurrencyCap {
  readonly #max: number;
  readonly #refused: () => void;
  #inFlight = 0;

  /** `reason` is how load_shed_total calls it. */
  constructor(max: number, reason: string, metrics: Metrics) {
    this.#max = max;
    this.#refused = () => metrics.loadShed.inc({ reason });
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inFlight >= this.#max) {
      this.#refused();
      throw unavailable('OVERLOADED', 'too many at once; try again in a moment');
    }
    this.#inFlight++;
    try {
      return await work();
    } finally {
      this.#inFlight--;
    }
  }
}
