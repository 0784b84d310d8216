import type { Measurements } from '../../contracts/measurements.ts';
import type { SeriesRow } from '../../contracts/series.ts';

/** Counts users that arrived, by phase: rows of the pseudo endpoint ARRIVAL, "dropped" or started. */
export class Arrivals {
  readonly #byPhase = new Map<string, { started: number; dropped: number }>();

  add(row: Pick<SeriesRow, 'class' | 'count'>, phases: readonly string[]): void {
    for (const phase of phases) {
      const counts = this.#byPhase.get(phase) ?? { started: 0, dropped: 0 };
      this.#byPhase.set(phase, counts);
      counts[row.class === 'dropped' ? 'dropped' : 'started'] += row.count;
    }
  }

  rows(phases: readonly string[]): Measurements['arrivals'] {
    return phases.flatMap((phase) => {
      const counts = this.#byPhase.get(phase);
      return counts === undefined ? [] : [{ phase, ...counts }];
    });
  }
}
