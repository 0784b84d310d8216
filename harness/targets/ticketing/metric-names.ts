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

/** Settings of the service the audit needs, and what they are when a plan does not change them. */
export const shippedSettings = { QUEUE_ACTIVE_CAP: 50, QUEUE_ADMISSION_PER_SECOND: 10 } as const;
