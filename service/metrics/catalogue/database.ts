import type { MetricInfo } from '../metric-info.ts';

export const database = {
  dbActive: { type: 'gauge', name: 'db_pool_active', help: 'Connections in use', labels: [] },
  dbIdle: { type: 'gauge', name: 'db_pool_idle', help: 'Connections open and free', labels: [] },
  dbPending: { type: 'gauge', name: 'db_pool_pending', help: 'Requests waiting for a connection', labels: [] },
  dbMax: { type: 'gauge', name: 'db_pool_max', help: 'Most connections the pool may open', labels: [] },
  dbWorkerActive: { type: 'gauge', name: 'db_worker_pool_active', help: 'Connections of workers and consumers in use', labels: [] },
  dbWorkerPending: { type: 'gauge', name: 'db_worker_pool_pending', help: 'Statements of workers and consumers that wait for a connection', labels: [] },
  dbWorkerMax: { type: 'gauge', name: 'db_worker_pool_max', help: 'Most connections that workers and consumers of this process may open', labels: [] },
  dbTimeouts: { type: 'counter', name: 'db_pool_timeouts_total', help: 'Requests that got no connection in time', labels: [] },
} as const satisfies Record<string, MetricInfo>;
