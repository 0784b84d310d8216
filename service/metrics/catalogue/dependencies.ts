import { each, type MetricInfo } from '../metric-info.ts';

const all = each('dependency', ['redis', 'postgres', 'kafka', 'gateway']);

export const dependencies = {
  breakerState: { type: 'gauge', name: 'breaker_state', help: '0 closed, 1 half open, 2 open', labels: ['dependency'], known: each('dependency', ['redis', 'gateway']) },
  breakerOpens: { type: 'counter', name: 'breaker_opens_total', help: 'Times a breaker opened', labels: ['dependency'], known: each('dependency', ['redis', 'gateway']) },
  dependencyErrors: { type: 'counter', name: 'dependency_errors_total', help: 'Calls a dependency failed, and calls skipped because its breaker was open', labels: ['dependency'], known: all },
} as const satisfies Record<string, MetricInfo>;
