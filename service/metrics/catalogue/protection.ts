import { each, type MetricInfo } from '../metric-info.ts';

export const protection = {
  loadShed: { type: 'counter', name: 'load_shed_total', help: 'Requests refused with 503 OVERLOADED, by what was at its limit', labels: ['reason'], known: each('reason', ['event_loop', 'in_flight', 'queue_entry', 'passwords']) },
  httpInFlight: { type: 'gauge', name: 'http_requests_in_flight', help: 'Requests that are being answered', labels: [] },
  eventLoopUtilization: { type: 'gauge', name: 'event_loop_utilization', help: 'Part of the last 100 ms in which the event loop was busy, 0 to 1', labels: [] },
  rateLimitChecks: { type: 'counter', name: 'rate_limit_checks_total', help: 'Calls that were counted against a limit: over all processes in Redis, or in this process alone', labels: ['mode'], known: each('mode', ['redis', 'local']) },
  rateLimitRejected: { type: 'counter', name: 'rate_limit_rejected_total', help: 'Calls refused with 429, by the limit they exceeded', labels: ['limit'], known: each('limit', ['login', 'register', 'orders', 'orders_ip', 'products', 'token']) },
} as const satisfies Record<string, MetricInfo>;
