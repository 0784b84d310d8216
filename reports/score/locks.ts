import type { Measurements } from '../../harness/contracts/measurements.ts';

const ATTEMPTS = 'distributed_lock_attempts_total';
const FAILURES = 'distributed_lock_acquisition_failed_total';

/** Losing the race for a seat that someone else holds is how a lock works, not a failure of it (S2). */
const lostRace = /reason="(contended|held|lost|taken)"/;

/** Lock attempts of a phase and how many of them failed, from the service's own counters; null when they were not seen. */
export function lockCounts(measurements: Measurements, phase: string): { attempts: number; failed: number } | null {
  const rows = measurements.counters.filter((counter) => counter.phase === phase);
  const sum = (name: string, counts: (series: string) => boolean): number | null => {
    const series = rows.filter((row) => (row.name === name || row.name.startsWith(`${name}{`)) && counts(row.name));
    return series.length === 0 ? null : series.reduce((total, row) => total + row.growth, 0);
  };
  const attempts = sum(ATTEMPTS, () => true);
  const failed = sum(FAILURES, (series) => !lostRace.test(series));
  if (attempts === null || failed === null || failed > attempts) return null;
  return { attempts, failed };
}
