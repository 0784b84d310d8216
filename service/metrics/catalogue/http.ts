import { each, type MetricInfo } from '../metric-info.ts';

export const http = {
  httpRequests: { type: 'counter', name: 'http_requests_total', help: 'Requests answered, by method, route template and status', labels: ['method', 'route', 'status'] },
  httpDuration: { type: 'histogram', name: 'http_request_duration_seconds', help: 'Time to answer a request', labels: ['method', 'route'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] },
  degradedRequests: { type: 'counter', name: 'degraded_requests_total', help: 'Requests answered while something was bypassed, by what', labels: ['mode'], known: each('mode', ['redis', 'gateway']) },
} as const satisfies Record<string, MetricInfo>;
