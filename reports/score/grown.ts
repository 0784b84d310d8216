import type { Measurements } from '../../harness/contracts/measurements.ts';

/** By how much a counter of the service grew in a phase, all its labels together; null when it was not seen. */
export function grown({ counters }: Pick<Measurements, 'counters'>, phase: string, name: string): number | null {
  const series = counters.filter((row) => row.phase === phase && (row.name === name || row.name.startsWith(`${name}{`)));
  return series.length === 0 ? null : series.reduce((sum, row) => sum + row.growth, 0);
}
