/** Names of the metrics the harness reads from the service, as service/metrics.json publishes them. */
export const metricNames = {
  /** label dependency: redis, postgres, kafka, gateway */
  dependencyErrors: 'dependency_errors_total',
  lockAttempts: 'distributed_lock_attempts_total',
  /** label reason */
  lockFailures: 'distributed_lock_acquisition_failed_total',
  /** label area */
  cacheHits: 'cache_hits_total',
  /** label area */
  cacheRequests: 'cache_requests_total',
} as const;
