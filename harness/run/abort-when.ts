import { decodeLatencies, LatencyCounts } from '../../reports/stats/histogram.ts';
import type { AbortWhen } from '../contracts/abort-when.ts';
import type { Bus } from '../contracts/bus.ts';
import { badClasses, type StatusClass } from '../contracts/endpoint.ts';
import type { SeriesRow } from '../contracts/series.ts';

const counted: Readonly<Record<'5xx' | 'bad' | 'unanswered', (name: StatusClass) => boolean>> = {
  '5xx': (name) => name === '5xx',
  bad: (name) => badClasses.has(name),
  unanswered: (name) => name === 'network' || name === 'timeout',
};

/** Watches the seconds as they close, and calls `abort` once with the reason when the condition has held for its time. */
export function watchAbort(bus: Bus, condition: AbortWhen, abort: (why: string) => void): Disposable {
  const secondsMin = Math.max(1, Math.ceil(condition.forMs / 1000));
  let requests = 0;
  let hits = 0;
  let latencies = new LatencyCounts();
  let seconds = 0;
  let done = false;
  const onSeries = (row: SeriesRow): void => {
    requests += row.count;
    if (condition.what === 'p95' || condition.what === 'p99') {
      if (row.histogram !== undefined) latencies.merge(decodeLatencies(row.histogram));
    } else if (counted[condition.what](row.class)) hits += row.count;
  };
  const valueOf = (): number | null => {
    if (condition.what === 'p95' || condition.what === 'p99') {
      const us = latencies.quantile(condition.what === 'p95' ? 0.95 : 0.99);
      return us === null ? null : us / 1000;
    }
    return requests === 0 ? null : hits / requests;
  };
  const onSecond = (): void => {
    const value = valueOf();
    // A second without a request says nothing, neither way.
    if (value !== null) seconds = value > condition.above ? seconds + 1 : 0;
    requests = 0;
    hits = 0;
    latencies = new LatencyCounts();
    if (seconds < secondsMin || done) return;
    done = true;
    abort(`${condition.text} (${condition.what.startsWith('p') ? `${Math.round(value ?? 0)} ms` : `${((value ?? 0) * 100).toFixed(0)} %`} in the last of ${seconds} seconds)`);
  };
  bus.on('series', onSeries).on('second-closed', onSecond);
  return { [Symbol.dispose]: () => void bus.off('series', onSeries).off('second-closed', onSecond) };
}
