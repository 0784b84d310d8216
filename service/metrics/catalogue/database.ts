import type { MetricInfo } from '../metric-info.ts';

export const database = {
  dbActive: { type: 'gauge', name: 'db_pool_active', help: 'Connections in use', labels: [] },
  dbIdle: { type: 'gauge', name: 'db_pool_idle', help: 'Connections open and free', labels: [] },
  dbPending: { type: 'gauge', name: 'db_pool_pending', help: 'Requests waiting for a connection', labels: [] },
  dbMax: { type: 'gauge', name: 'db_pool_max', help: 'Most connections the pool may open', labels: [] },
  dbWorkerActive: { type: 'gauge', name: 'db_worker_pool_active', help: 'Connections of workers and consumers in use', labels: [] },
  dbWorkerPending: { type: 'gauge', name: 'db_worker_pool_pending', help: 'Statements of workers and consumers that wait for a connection', labels: [] },
  dbWorkerMax: { type: 'gauge', name: 'db_worker_pool_max', help: 'Most connections that workers and consumers of this process may open', labels: [] },
  dbAcquire: { type: 'histogram', name: 'db_pool_acquire_duration_seconds', help: 'Time waited for a connection, got or not', labels: [], buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 1] },
  dbQuery: { type: 'histogram', name: 'db_query_duration_seconds', help: 'Time a statement took on its connection, by statement', labels: ['statement'], buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] },
  dbTimeouts: { type: 'counter', name: 'db_pool_timeouts_total', help: 'Requests that got no connection in time', labels: [] },
} as const satisfies Record<string, MetricInfo>;
