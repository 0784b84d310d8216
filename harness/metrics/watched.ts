import { metricNames } from '../targets/ticketing/metric-names.ts';

/** What the sampler keeps of the service's metrics; what is not here costs space each second and explains little. */
const watched: ReadonlySet<string> = new Set([
  ...Object.values(metricNames),
  ...['db_pool_active', 'db_pool_idle', 'db_pool_pending', 'db_pool_max', 'db_pool_timeouts_total'],
  ...['outbox_pending', 'outbox_oldest_age_seconds'],
  ...['kafka_consumer_lag', 'kafka_producer_messages_sent_total', 'kafka_producer_errors_total', 'kafka_consumer_messages_total'],
  ...['queue_waiting_tokens', 'queue_active_tokens', 'queue_admitted_total'],
  ...['breaker_state', 'breaker_opens_total', 'degraded_requests_total', 'redis_commands_total'],
  ...['reservation_created_total', 'point_charges_total', 'payment_amount_krw_sum', 'payment_amount_krw_count'],
  ...['distributed_lock_wait_duration_seconds_sum', 'distributed_lock_wait_duration_seconds_count'],
  ...['nodejs_eventloop_lag_p99_seconds', 'nodejs_eventloop_lag_max_seconds', 'nodejs_eventloop_lag_mean_seconds', 'nodejs_heap_size_used_bytes', 'nodejs_external_memory_bytes'],
  ...['nodejs_gc_duration_seconds_sum', 'nodejs_gc_duration_seconds_count'],
]);

/** Whether a metric is kept; `also`: those that the expectations of a run are about. */
export const isWatched = (name: string, also: ReadonlySet<string> = new Set()): boolean => watched.has(name) || also.has(name);
