import type { PhaseEndpoint } from '../../contracts/measurements.ts';
import { badClasses, type StatusClass } from '../../contracts/endpoint.ts';
import { LatencyCounts } from '../../../reports/stats/histogram.ts';

/** Requests of one phase and endpoint, of a second or of the whole run. */
export class Cell {
  count = 0;
  bad = 0;
  successful = 0;
  readonly byClass: Partial<Record<StatusClass, number>> = {};
  readonly latencies = new LatencyCounts();

  /** A bad-body stands beside its 2xx: it is bad, takes back a success, and is no further request. */
  add(outcome: StatusClass, count: number, polling: boolean, latencies: LatencyCounts | null): void {
    this.byClass[outcome] = (this.byClass[outcome] ?? 0) + count;
    if (outcome !== 'bad-body') this.count += count;
    if (badClasses.has(outcome)) this.bad += count;
    if (!polling && outcome === '2xx') this.successful += count;
    if (!polling && outcome === 'bad-body') this.successful -= count;
    if (latencies) this.latencies.merge(latencies);
  }

  merge(other: Cell): void {
    this.count += other.count;
    this.bad += other.bad;
    this.successful += other.successful;
    for (const [outcome, count] of Object.entries(other.byClass) as [StatusClass, number][]) this.byClass[outcome] = (this.byClass[outcome] ?? 0) + count;
    this.latencies.merge(other.latencies);
  }

  /** Milliseconds; null without a latency. */
  quantileMs(q: number): number | null {
    const us = this.latencies.quantile(q);
    return us === null ? null : us / 1000;
  }
}

export type WorstSecond = NonNullable<PhaseEndpoint['worstSecond']>;

/** The second with the most bad requests; while none is bad, the one with the highest P95; the earlier of equals. */
export function worseSecond(a: WorstSecond | null, b: WorstSecond): WorstSecond {
  if (a === null) return b;
  if (a.bad !== b.bad) return a.bad > b.bad ? a : b;
  if (a.p95Ms !== b.p95Ms) return (b.p95Ms ?? 0) > (a.p95Ms ?? 0) ? b : a;
  return b.second < a.second ? b : a;
}

/** The row of measurements.json. */
export function phaseEndpoint(phase: string, endpoint: string, cell: Cell, worstSecond: WorstSecond | null): PhaseEndpoint {
  const ms = (q: number): number => cell.quantileMs(q) as number;
  const any = cell.latencies.total > 0;
  return {
    phase,
    endpoint,
    count: cell.count,
    bad: cell.bad,
    successful: Math.max(0, cell.successful),
    byClass: Object.fromEntries(Object.entries(cell.byClass).sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(any && { histogram: cell.latencies.encode() }),
    latencyMs: any ? { p50: ms(0.5), p95: ms(0.95), p99: ms(0.99), max: ms(1) } : null,
    worstSecond,
  };
}
