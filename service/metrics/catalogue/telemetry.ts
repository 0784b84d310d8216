import { each, type MetricInfo } from '../metric-info.ts';

export const telemetry = {
  telemetryExported: { type: 'counter', name: 'telemetry_exported_total', help: 'Spans the tracing backend took', labels: [] },
  telemetryDropped: { type: 'counter', name: 'telemetry_dropped_total', help: 'Spans that were dropped, and log lines, by why', labels: ['reason'], known: each('reason', ['queue full', 'not taken', 'log full']) },
} as const satisfies Record<string, MetricInfo>;
