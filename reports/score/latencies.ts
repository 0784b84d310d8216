import type { PhaseEndpoint } from '../../harness/contracts/measurements.ts';
import { decodeLatencies, type LatencyCounts } from '../stats/histogram.ts';

/** Many objectives ask for the same rows, and decoding one takes longer than judging it. */
const decoded = new WeakMap<PhaseEndpoint, LatencyCounts>();

/** The latencies of a row; undefined when it has none. Throws when its histogram cannot be read. */
export function latenciesOf(row: PhaseEndpoint): LatencyCounts | undefined {
  if (row.histogram === undefined) return undefined;
  const latencies = decoded.get(row) ?? decodeLatencies(row.histogram);
  decoded.set(row, latencies);
  return latencies;
}
