import type { Measurements } from '../../../harness/contracts/measurements.ts';

type Second = Measurements['seconds'][number];

/** Several seconds as one: mean rates, the worst latency, all the bad requests, "not healthy" if any second was. */
export interface Bucket {
  readonly second: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  readonly successfulPerSecond: number;
  readonly pollingPerSecond: number;
  readonly bad: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly healthOk: boolean | null;
}

/** At most `most` pieces of equal length (the last may be shorter), so that a chart and its table stay readable whatever the length of the run. */
export function pieces<Row, Piece>(rows: readonly Row[], most: number, merge: (rows: readonly Row[]) => Piece): readonly Piece[] {
  const size = Math.max(1, Math.ceil(rows.length / most));
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => merge(rows.slice(index * size, (index + 1) * size)));
}

export const buckets = (seconds: readonly Second[], most: number): readonly Bucket[] => pieces(seconds, most, merge);

function merge(part: readonly Second[]): Bucket {
  const sum = (pick: (second: Second) => number): number => part.reduce((total, second) => total + pick(second), 0);
  const worst = (pick: (second: Second) => number | null): number | null => {
    const values = part.map(pick).filter((value) => value !== null);
    return values.length === 0 ? null : Math.max(...values);
  };
  const health = part.map(({ healthOk }) => healthOk).filter((ok) => ok !== null);
  return {
    second: part[0]!.second,
    seconds: part.length,
    requestsPerSecond: sum(({ requests }) => requests) / part.length,
    successfulPerSecond: sum(({ successful }) => successful) / part.length,
    pollingPerSecond: sum(({ polling }) => polling) / part.length,
    bad: sum(({ bad }) => bad),
    p50Ms: worst(({ p50Ms }) => p50Ms),
    p95Ms: worst(({ p95Ms }) => p95Ms),
    p99Ms: worst(({ p99Ms }) => p99Ms),
    healthOk: health.length === 0 ? null : health.every(Boolean),
  };
}
