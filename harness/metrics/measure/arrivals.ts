import { decodeLatencies, LatencyCounts } from '../../../reports/stats/histogram.ts';
import type { Measurements } from '../../contracts/measurements.ts';
import type { SeriesRow } from '../../contracts/series.ts';

interface Counts {
  started: number;
  dropped: number;
  readonly lateness: LatencyCounts;
  ended: number;
  journeyMs: number;
}

/** Users by phase: who arrived, how late, who was dropped, and how long they stayed; rows of the pseudo endpoint ARRIVAL. */
export class Arrivals {
  readonly #byPhase = new Map<string, Counts>();

  /** Throws when the lateness cannot be read. */
  add(row: Pick<SeriesRow, 'class' | 'count' | 'lateness' | 'journeys'>, phases: readonly string[]): void {
    const lateness = row.lateness === undefined ? null : decodeLatencies(row.lateness);
    for (const phase of phases) {
      const counts = this.#byPhase.get(phase) ?? { started: 0, dropped: 0, lateness: new LatencyCounts(), ended: 0, journeyMs: 0 };
      this.#byPhase.set(phase, counts);
      counts[row.class === 'dropped' ? 'dropped' : 'started'] += row.count;
      if (lateness !== null) counts.lateness.merge(lateness);
      counts.ended += row.journeys?.ended ?? 0;
      counts.journeyMs += row.journeys?.ms ?? 0;
    }
  }

  rows(phases: readonly string[]): Measurements['arrivals'] {
    return phases.flatMap((phase) => {
      const counts = this.#byPhase.get(phase);
      if (counts === undefined) return [];
      const { started, dropped, lateness, ended, journeyMs } = counts;
      // Of a few only it is no quantile of all.
      const known = lateness.total > 0 && lateness.total === started;
      const late = (q: number): number => (lateness.quantile(q) ?? Number.NaN) / 1000;
      return [{ phase, started, dropped, latenessMs: known ? { p50: late(0.5), p99: late(0.99), max: late(1) } : null, journeySeconds: ended === 0 ? null : journeyMs / ended / 1000 }];
    });
  }
}
