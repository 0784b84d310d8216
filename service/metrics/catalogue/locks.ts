import { each, type MetricInfo } from '../metric-info.ts';

export const locks = {
  lockAttempts: { type: 'counter', name: 'distributed_lock_attempts_total', help: 'Seat locks asked for in Redis', labels: [] },
  lockFailures: { type: 'counter', name: 'distributed_lock_acquisition_failed_total', help: 'Seat locks not taken: not within the time to wait, or Redis did not answer', labels: ['reason'], known: each('reason', ['timeout', 'redis']) },
  lockReleases: { type: 'counter', name: 'distributed_lock_released_total', help: 'Seat locks given back; `lost`: it had run out before', labels: ['result'], known: each('result', ['released', 'lost', 'redis']) },
  lockWait: { type: 'histogram', name: 'distributed_lock_wait_duration_seconds', help: 'Time waited for a seat lock', labels: [], buckets: [0.01, 0.05, 0.1, 0.5, 1, 3] },
} as const satisfies Record<string, MetricInfo>;
