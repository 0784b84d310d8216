import { each, type MetricInfo } from '../metric-info.ts';

export const protection = {
  loadShed: { type: 'counter', name: 'load_shed_total', help: 'Requests refused with 503 OVERLOADED, by what was at its limit', labels: ['reason'], known: each('reason', ['event_loop', 'in_flight', 'queue_entry']) },
} as const satisfies Record<string, MetricInfo>;
