import type { Measurements, PhaseEndpoint } from '../../harness/contracts/measurements.ts';
import type { Objective } from '../../harness/contracts/sla.ts';
import { type BlockError, BLOCKS_FROM_SECONDS } from '../stats/blocks.ts';
import type { LatencyCounts } from '../stats/histogram.ts';
import type { Point } from '../stats/trend.ts';
import { grown } from './grown.ts';
import { latenciesOf } from './latencies.ts';
import { lockCounts } from './locks.ts';
import { thresholds } from './thresholds.ts';

/** The service counts here whom it let in from the queue. */
const ADMITTED = 'queue_admitted_total';

/** What a sampled objective has to go by. `hits` are the bad ones; `inverted`: the objective is about the others. `error`: null in a short phase. */
export type Sample =
  | { readonly type: 'share'; readonly hits: number; readonly samples: number; readonly inverted: boolean }
  | { readonly type: 'latency'; readonly latencies: LatencyCounts; readonly q: number; readonly error: BlockError | null }
  | { readonly type: 'rate'; readonly count: number; readonly seconds: number }
  | { readonly type: 'trend'; readonly processes: readonly { readonly process: string; readonly points: readonly Point[] }[]; readonly seconds: number };

/** Picks the sample for an objective in a phase out of the measurements; null when there is none. */
export function sampleOf(objective: Objective, phase: string, measurements: Measurements): Sample | null {
  if (objective.metric === 'lockSuccess') {
    const locks = lockCounts(measurements, phase);
    return locks === null || locks.attempts === 0 ? null : { type: 'share', hits: locks.failed, samples: locks.attempts, inverted: true };
  }
  if (objective.metric === 'admissions') {
    const [count, seconds] = [grown(measurements, phase, ADMITTED), phaseSeconds(measurements, phase)];
    return count === null || seconds === 0 ? null : { type: 'rate', count, seconds };
  }
  if (objective.metric === 'probeAvailability' || objective.metric === 'redisAvailability') return lookSample(objective.metric === 'probeAvailability' ? 'health' : 'redis', phase, measurements);
  if (objective.metric === 'memoryGrowth') return trendSample('memoryMiB', phase, measurements);
  if (objective.metric === 'descriptorGrowth') return trendSample('descriptors', phase, measurements);
  const endpoint = objective.endpoint ?? '*';
  const row = measurements.endpoints.find((each) => each.phase === phase && each.endpoint === endpoint);
  if (!row || row.count === 0) return null;
  return requestSample(objective, row, phaseSeconds(measurements, phase));
}

/** With holes in them the looks say nothing: what failed may have been in the holes. */
function lookSample(of: 'health' | 'redis', phase: string, measurements: Measurements): Sample | null {
  const row = measurements.looks.find((each) => each.of === of && each.phase === phase);
  const due = (phaseSeconds(measurements, phase) - 1) * thresholds.looksPerSecondMin;
  return row === undefined || row.ok + row.failed < due ? null : { type: 'share', hits: row.failed, samples: row.ok + row.failed, inverted: true };
}

function requestSample(objective: Objective, row: PhaseEndpoint, seconds: number): Sample | null {
  const requests = row.count - (row.byClass.dropped ?? 0);
  switch (objective.metric) {
    case 'availability':
      return { type: 'share', hits: Math.min(row.bad, row.count), samples: row.count, inverted: true };
    case 'errorRate':
      return { type: 'share', hits: Math.min(row.bad, row.count), samples: row.count, inverted: false };
    case 'tooManyRequests':
      return requests === 0 ? null : { type: 'share', hits: row.byClass['429'] ?? 0, samples: requests, inverted: false };
    case 'latencyMs':
      return latencySample(row, objective.quantile ?? 0.95, seconds);
    case 'throughput':
      return seconds > 0 ? { type: 'rate', count: row.successful, seconds } : null;
    case 'throughputAll':
      return seconds > 0 ? { type: 'rate', count: requests, seconds } : null;
    default:
      return null;
  }
}

/** In a long phase the error by blocks of seconds belongs to it: without that there is nothing to go by. */
function latencySample(row: PhaseEndpoint, q: number, seconds: number): Sample | null {
  const error = row.blockErrors?.find(({ quantile }) => quantile === q) ?? null;
  const latencies = latenciesOf(row);
  if (latencies === undefined || (seconds >= BLOCKS_FROM_SECONDS && error === null)) return null;
  return { type: 'latency', latencies, q, error };
}

/** Points per minute of every process; null when of one less than two were read, for it may be the one that grows. */
function trendSample(what: Measurements['trends'][number]['what'], phase: string, measurements: Measurements): Sample | null {
  const rows = measurements.trends.filter((row) => row.phase === phase && row.what === what);
  if (rows.length === 0 || rows.some(({ lows }) => lows.length < 2)) return null;
  return { type: 'trend', processes: rows.map(({ process, lows }) => ({ process, points: lows.map(({ second, value }) => ({ x: second / 60, y: value })) })), seconds: phaseSeconds(measurements, phase) };
}

/** Length of a phase in seconds, all its parts together. */
export function phaseSeconds(measurements: Measurements, phase: string): number {
  const parts = measurements.phases.filter((part) => part.id === phase);
  return parts.reduce((sum, part) => sum + (part.endMs - part.startMs), 0) / 1000;
}
