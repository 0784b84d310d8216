import type { Measurements } from '../../harness/contracts/measurements.ts';
import { grown } from './grown.ts';

const ATTEMPTS = 'distributed_lock_attempts_total';
/** The service counts here what went wrong with a lock; losing the race for a seat that is taken is not among it (S2). */
const FAILURES = 'distributed_lock_acquisition_failed_total';

/** Lock attempts of a phase and how many of them failed, from the service's own counters; null when they were not seen. */
export function lockCounts(measurements: Measurements, phase: string): { attempts: number; failed: number } | null {
  const attempts = grown(measurements, phase, ATTEMPTS);
  const failed = grown(measurements, phase, FAILURES);
  if (attempts === null || failed === null || failed > attempts) return null;
  return { attempts, failed };
}
