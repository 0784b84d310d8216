/** What a metric is, as data: the registry and metrics.json are both made from this table. */
export interface MetricInfo {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
  /** Label sets that are known beforehand; they start at 0, so that "never happened" and "not measured" differ. */
  readonly known?: readonly Readonly<Record<string, string>>[];
}

const each = (label: string, values: readonly string[]) => values.map((value) => ({ [label]: value }));
const dependencies = each('dependency', ['redis', 'postgres', 'kafka', 'gateway']);
const areas = each('area', ['schedules', 'seats']);
const topics = each('topic', ['payment-events', 'reservation-events']);

export const catalogue = {
  httpRequests: { type: 'counter', name: 'http_requests_total', help: 'Requests answered, by method, route template and status', labels: ['method', 'route', 'status'] },
  httpDuration: { type: 'histogram', name: 'http_request_duration_seconds', help: 'Time to answer a request', labels: ['method', 'route'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] },
  degradedRequests: { type: 'counter', name: 'degraded_requests_total', help: 'Requests answered while something was bypassed, by what', labels: ['mode'], known: each('mode', ['redis', 'gateway']) },

  reservationsCreated: { type: 'counter', name: 'reservation_created_total', help: 'Reservations that came into a status', labels: ['status'], known: each('status', ['HELD', 'CONFIRMED', 'EXPIRED']) },
  paymentAmount: { type: 'histogram', name: 'payment_amount_krw', help: 'Amount of each successful payment, KRW', labels: [], buckets: [10_000, 50_000, 100_000, 500_000, 1_000_000] },
  charges: { type: 'counter', name: 'point_charges_total', help: 'Charges of points, by what the gateway said', labels: ['result'], known: each('result', ['SUCCESS', 'FAILED', 'PENDING']) },

  queueWaiting: { type: 'gauge', name: 'queue_waiting_tokens', help: 'Places in the queue that wait for admission', labels: [] },
  queueActive: { type: 'gauge', name: 'queue_active_tokens', help: 'Admitted places that are neither used nor over', labels: [] },
  queueAdmitted: { type: 'counter', name: 'queue_admitted_total', help: 'Places admitted by this process', labels: [] },

  lockAttempts: { type: 'counter', name: 'distributed_lock_attempts_total', help: 'Seat locks asked for in Redis', labels: [] },
  lockFailures: { type: 'counter', name: 'distributed_lock_acquisition_failed_total', help: 'Seat locks not taken: not within the time to wait, or Redis did not answer', labels: ['reason'], known: each('reason', ['timeout', 'redis']) },
  lockWait: { type: 'histogram', name: 'distributed_lock_wait_duration_seconds', help: 'Time waited for a seat lock', labels: [], buckets: [0.01, 0.05, 0.1, 0.5, 1, 3] },

  cacheRequests: { type: 'counter', name: 'cache_requests_total', help: 'Reads that asked the cache, by area', labels: ['area'], known: areas },
  cacheHits: { type: 'counter', name: 'cache_hits_total', help: 'Reads answered from the cache, by area', labels: ['area'], known: areas },
  redisCommands: { type: 'counter', name: 'redis_commands_total', help: 'Commands sent to Redis', labels: ['command'], known: each('command', ['get', 'set', 'del', 'eval', 'ping']) },

  kafkaSent: { type: 'counter', name: 'kafka_producer_messages_sent_total', help: 'Messages the brokers acknowledged', labels: ['topic'], known: topics },
  kafkaErrors: { type: 'counter', name: 'kafka_producer_errors_total', help: 'Sends that failed or were not acknowledged in time', labels: ['topic'], known: topics },
  kafkaReceived: { type: 'counter', name: 'kafka_consumer_messages_total', help: 'Messages the data platform took in, by result', labels: ['result'], known: each('result', ['stored', 'duplicate', 'malformed']) },
  kafkaLag: { type: 'gauge', name: 'kafka_consumer_lag', help: 'Messages of payment-events the data platform has not committed yet', labels: [] },
  outboxPending: { type: 'gauge', name: 'outbox_pending', help: 'Events in the outbox that are not published', labels: [] },
  outboxAge: { type: 'gauge', name: 'outbox_oldest_age_seconds', help: 'Age of the oldest event that is not published', labels: [] },

  dbActive: { type: 'gauge', name: 'db_pool_active', help: 'Connections in use', labels: [] },
  dbIdle: { type: 'gauge', name: 'db_pool_idle', help: 'Connections open and free', labels: [] },
  dbPending: { type: 'gauge', name: 'db_pool_pending', help: 'Requests waiting for a connection', labels: [] },
  dbMax: { type: 'gauge', name: 'db_pool_max', help: 'Most connections the pool may open', labels: [] },
  dbTimeouts: { type: 'counter', name: 'db_pool_timeouts_total', help: 'Requests that got no connection in time', labels: [] },

  breakerState: { type: 'gauge', name: 'breaker_state', help: '0 closed, 1 half open, 2 open', labels: ['dependency'], known: each('dependency', ['redis', 'gateway']) },
  breakerOpens: { type: 'counter', name: 'breaker_opens_total', help: 'Times a breaker opened', labels: ['dependency'], known: each('dependency', ['redis', 'gateway']) },
  dependencyErrors: { type: 'counter', name: 'dependency_errors_total', help: 'Calls a dependency failed, and calls skipped because its breaker was open', labels: ['dependency'], known: dependencies },
} as const satisfies Record<string, MetricInfo>;
