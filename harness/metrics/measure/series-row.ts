import { ARRIVAL, type StatusClass } from '../../contracts/endpoint.ts';
import type { SeriesRow } from '../../contracts/series.ts';
import { decodeLatencies, type LatencyCounts } from '../../../reports/stats/histogram.ts';

/** A row of the series, checked and decoded. */
export interface RowRead {
  readonly second: number;
  /** null: an arrival that was dropped; it belongs to no endpoint */
  readonly endpoint: string | null;
  readonly class: StatusClass;
  readonly count: number;
  readonly polling: boolean;
  readonly latencies: LatencyCounts | null;
}

const withoutLatency: ReadonlySet<StatusClass> = new Set(['bad-body', 'dropped']);

/** Reads a row of requests or dropped arrivals; a string says what is wrong with it. */
export function readSeriesRow(row: SeriesRow, polling: ReadonlySet<string>): RowRead | string {
  if (!Number.isInteger(row.second) || !Number.isInteger(row.count) || row.count < 0) return 'has a row whose second or count is no natural number';
  const read = { second: row.second, endpoint: row.endpoint === ARRIVAL ? null : row.endpoint, class: row.class, count: row.count, polling: polling.has(row.endpoint) };
  if (withoutLatency.has(row.class)) return { ...read, latencies: null };
  if (row.histogram === undefined) return 'has a row of requests without their latencies';
  try {
    const latencies = decodeLatencies(row.histogram);
    return latencies.total === row.count ? { ...read, latencies } : 'has a row with more or fewer latencies than requests';
  } catch {
    return 'has a row whose histogram cannot be read';
  }
}
