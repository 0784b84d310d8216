import { each, type MetricInfo } from '../metric-info.ts';

const all = each('dependency', ['redis', 'postgres', 'kafka', 'gateway']);

export const dependencies = {
  breakerState: { type: 'gauge', name: 'breaker_state', help: '0 closed, 1 half open, 2 open', labels: ['dependency'], known: each('dependency', ['redis', 'gateway']) },
  breakerOpens: { type: 'counter', name: 'breaker_opens_total', help: 'Times a breaker opened', labels: ['dependency'], known: each('dependency', ['redis', 'gateway']) },
  dependencyErrors: { type: 'counter', name: 'dependency_errors_total', help: 'Calls a dependency failed, and calls skipped because its breaker was open', labels: ['dependency'], known: all },
  gatewayDuration: { type: 'histogram', name: 'gateway_call_duration_seconds', help: 'Time a call of the payment gateway took, answered or not', labels: [], buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 3] },
} as const satisfies Record<string, MetricInfo>;
