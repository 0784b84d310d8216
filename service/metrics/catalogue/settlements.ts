import { each, type MetricInfo } from '../metric-info.ts';

export const settlements = {
  settlementRuns: { type: 'counter', name: 'settlement_runs_total', help: 'Days whose close came to an end in this process, by result', labels: ['result'], known: each('result', ['success', 'failure']) },
  settlementDuration: { type: 'histogram', name: 'settlement_duration_seconds', help: 'Time from the opening of a daily close to its end', labels: [], buckets: [0.1, 0.5, 1, 5, 30, 120, 600] },
  settlementAmount: { type: 'gauge', name: 'settlement_amount_krw', help: 'Amount in the day this process closed last, KRW, by method and kind', labels: ['method', 'kind'] },
  settlementClosedAt: { type: 'gauge', name: 'settlement_last_success_timestamp_seconds', help: 'When this process last closed a day, in epoch seconds; 0: not yet', labels: [] },
} as const satisfies Record<string, MetricInfo>;
