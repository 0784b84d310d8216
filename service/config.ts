import { derivedKey } from './auth/access-tokens.ts';
import type { AuthMode } from './auth/identity.ts';
import { settingsReader, type Environment } from './settings-reader.ts';

/** A role of the process; several processes may share them. */
export type Role = 'api' | 'worker' | 'consumer';
const roles: readonly Role[] = ['api', 'worker', 'consumer'];
const queueScopes = ['all', 'schedule'] as const;
const authModes: readonly AuthMode[] = ['bearer', 'trust'];
const booleans = ['true', 'false'] as const;
const onOff = ['on', 'off'] as const;
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every setting that is wrong, one line each; the program ends with exit code 64. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export type Config = ReturnType<typeof parseConfig>;

/**
 * All settings of the service, read once. Time budgets nest: request 2 s > statement 1 s > lock 200 ms.
 * Throws a ConfigError that lists every problem at once.
 */
export function parseConfig(env: Environment) {
  const read = settingsReader(env);
  /** The documents' scripts run as printed, with the documents' numbers. */
  const seed = read.oneOf('COMPAT', ['none', 'seed'] as const, 'none') === 'seed';
  const config = {
    seed,
    host: read.text('HOST', '127.0.0.1'),
    port: read.integer('PORT', 3000, 0, 65_535),
    roles: read.list('ROLES', roles, roles),
    drainMs: read.integer('DRAIN_MS', 0, 0, 10_000),
    logLevel: read.oneOf('LOG_LEVEL', logLevels, 'info'),
    logRequests: read.oneOf('LOG_REQUESTS', ['off', 'errors', 'all'] as const, 'errors'),
    logSlowMs: read.integer('LOG_SLOW_MS', 1000, 1, 60_000),
    /** Told by logs and traces. */
    environment: read.text('NODE_ENV', 'development'),
    traceExporter: read.oneOf('TRACE_EXPORTER', ['none', 'otlp', 'zipkin'] as const, 'none'),
    traceUrl: read.urlIfGiven('TRACE_URL', ['http:', 'https:']),
    traceSampleRatio: read.ratio('TRACE_SAMPLE_RATIO', env['NODE_ENV'] === 'production' ? 0.1 : 1),
    databaseUrl: read.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    redisUrl: read.url('REDIS_URL', ['redis:']),
    /** In front of every key, so that several installations can share one Redis. */
    redisKeyPrefix: read.text('REDIS_KEY_PREFIX', ''),
    kafkaBrokers: read.brokers('KAFKA_BROKERS'),
    topicPrefix: read.text('KAFKA_TOPIC_PREFIX', ''),
    gatewayUrl: read.url('GATEWAY_URL', ['http:', 'https:']),
    tokenSecret: read.secret('TOKEN_SECRET', 16),
    authMode: read.oneOf('AUTH_MODE', authModes, seed ? 'trust' : 'bearer'),
    authKeys: read.keys('AUTH_KEYS', 16),
    accessTokenSeconds: read.integer('ACCESS_TOKEN_SECONDS', 900, 1, 86_400),
    passwordHashRounds: read.integer('PASSWORD_HASH_ROUNDS', 5, 1, 100),
    passwordHashesAtOnce: read.integer('PASSWORD_HASHES_AT_ONCE', 2, 1, 64),
    queueActiveCap: read.integer('QUEUE_ACTIVE_CAP', 50, 1, 1_000_000),
    queueAdmissionPerSecond: read.integer('QUEUE_ADMISSION_PER_SECOND', 10, 1, 100_000),
    /** One queue for the whole sale, or one for each schedule. */
    queueScope: read.oneOf('QUEUE_SCOPE', queueScopes, 'all'),
    queueEntryConcurrency: read.integer('QUEUE_ENTRY_CONCURRENCY', 500, 1, 100_000),
    /** Off where one address stands for many users, as that of a load generator does. */
    rateLimits: read.oneOf('RATE_LIMITS', onOff, seed ? 'off' : 'on'),
    rateLimitLoginPerMinute: read.integer('RATE_LIMIT_LOGIN_PER_MINUTE', 5, 1, 1_000_000),
    rateLimitRegisterPerMinute: read.integer('RATE_LIMIT_REGISTER_PER_MINUTE', 3, 1, 1_000_000),
    rateLimitOrdersPerMinute: read.integer('RATE_LIMIT_ORDERS_PER_MINUTE', 10, 1, 1_000_000),
    rateLimitOrdersPerIpPerMinute: read.integer('RATE_LIMIT_ORDERS_PER_IP_PER_MINUTE', 100, 1, 1_000_000),
    rateLimitProductsPerMinute: read.integer('RATE_LIMIT_PRODUCTS_PER_MINUTE', 100, 1, 1_000_000),
    rateLimitTokenPerSecond: read.integer('RATE_LIMIT_TOKEN_PER_SECOND', 10, 1, 1_000_000),
    /** Only these may say in X-Forwarded-For who is calling. */
    trustProxy: read.networks('TRUST_PROXY'),
    shedUtilizationPercent: read.integer('SHED_UTILIZATION_PERCENT', 98, 1, 100),
    shedDelayMs: read.integer('SHED_DELAY_MS', 500, 1, 60_000),
    shedInFlightMax: read.integer('SHED_IN_FLIGHT_MAX', 1000, 1, 1_000_000),
    holdSeconds: read.integer('HOLD_SECONDS', 300, 1, 86_400),
    idempotencyKeyHours: read.integer('IDEMPOTENCY_KEY_HOURS', 24, 1, 8760),
    activeTokenSeconds: read.integer('ACTIVE_TOKEN_SECONDS', 300, 1, 86_400),
    waitingTokenSeconds: read.integer('WAITING_TOKEN_SECONDS', 3600, 1, 604_800),
    dbPoolMax: read.integer('DB_POOL_MAX', 10, 1, 1000),
    dbWorkerPoolMax: read.integer('DB_WORKER_POOL_MAX', 4, 1, 1000),
    dbPoolWaitMs: read.integer('DB_POOL_WAIT_MS', 300, 1, 60_000),
    statementTimeoutMs: read.integer('STATEMENT_TIMEOUT_MS', 1000, 1, 60_000),
    lockTimeoutMs: read.integer('LOCK_TIMEOUT_MS', 200, 1, 60_000),
    requestTimeoutMs: read.integer('REQUEST_TIMEOUT_MS', seed ? 5000 : 2000, 1, 60_000),
    redisTimeoutMs: read.integer('REDIS_TIMEOUT_MS', 150, 1, 60_000),
    redisBreakerResetMs: read.integer('REDIS_BREAKER_RESET_MS', seed ? 30_000 : 1000, 1, 600_000),
    gatewayTimeoutMs: read.integer('GATEWAY_TIMEOUT_MS', seed ? 3000 : 1200, 1, 60_000),
    gatewayBreakerResetMs: read.integer('GATEWAY_BREAKER_RESET_MS', seed ? 30_000 : 5000, 1, 600_000),
    seatLockTtlMs: read.integer('SEAT_LOCK_TTL_MS', 3000, 1, 60_000),
    seatLockWaitMs: read.integer('SEAT_LOCK_WAIT_MS', 2000, 0, 60_000),
    seatLockRetryMs: read.integer('SEAT_LOCK_RETRY_MS', 30, 1, 10_000),
    cacheConcertsSeconds: read.integer('CACHE_CONCERTS_SECONDS', 300, 1, 86_400),
    cacheConcertSeconds: read.integer('CACHE_CONCERT_SECONDS', 300, 1, 86_400),
    cacheSchedulesSeconds: read.integer('CACHE_SCHEDULES_SECONDS', 300, 1, 86_400),
    cacheOpeningSeconds: read.integer('CACHE_OPENING_SECONDS', 60, 1, 86_400),
    cacheOpeningMinutes: read.integer('CACHE_OPENING_MINUTES', 30, 0, 1440),
    cacheSeatsMs: read.integer('CACHE_SEATS_MS', 1000, 50, 60_000),
    cacheRankingSeconds: read.integer('CACHE_RANKING_SECONDS', 10, 1, 86_400),
    cacheLocalMs: read.integer('CACHE_LOCAL_MS', 100, 0, 1000),
    cacheSlowLoadMs: read.integer('CACHE_SLOW_LOAD_MS', 200, 1, 60_000),
    cacheSlowTtlFactor: read.integer('CACHE_SLOW_TTL_FACTOR', 2, 1, 100),
    rankingRebuildSeconds: read.integer('RANKING_REBUILD_SECONDS', 10, 1, 86_400),
    kafkaSendTimeoutMs: read.integer('KAFKA_SEND_TIMEOUT_MS', 3000, 100, 60_000),
    consumerRetries: read.integer('CONSUMER_RETRIES', 3, 1, 100),
    consumerStaleSeconds: read.integer('CONSUMER_STALE_SECONDS', 30, 1, 3600),
    outboxRetentionHours: read.integer('OUTBOX_RETENTION_HOURS', 24, 1, 8760),
    inboxRetentionHours: read.integer('INBOX_RETENTION_HOURS', 168, 1, 8760),
    /** Without it nobody may operate. */
    adminKey: read.optionalSecret('ADMIN_KEY', 16),
    adminRatePerMinute: read.integer('ADMIN_RATE_PER_MINUTE', 60, 1, 100_000),
    settlementTimeZone: read.text('SETTLEMENT_TIME_ZONE', 'Asia/Seoul'),
    settlementHour: read.integer('SETTLEMENT_HOUR', 1, 0, 23),
  };
  if (!isTimeZone(config.settlementTimeZone)) read.problem(`SETTLEMENT_TIME_ZONE must be a time zone as Asia/Seoul, not "${config.settlementTimeZone}"`);
  if (config.requestTimeoutMs <= config.statementTimeoutMs) read.problem('REQUEST_TIMEOUT_MS must be above STATEMENT_TIMEOUT_MS');
  if (config.statementTimeoutMs <= config.lockTimeoutMs) read.problem('STATEMENT_TIMEOUT_MS must be above LOCK_TIMEOUT_MS');
  const production = config.environment === 'production';
  const allowInsecure = read.oneOf('ALLOW_INSECURE', booleans, 'false') === 'true';
  if (seed && config.authMode !== 'trust') read.problem('COMPAT=seed needs AUTH_MODE=trust: the documents\' scripts name their users themselves');
  if (config.authMode === 'trust' && production && !allowInsecure) {
    read.problem(`${seed ? 'COMPAT=seed' : 'AUTH_MODE=trust'} lets anybody act for anybody: with NODE_ENV=production it does not start unless ALLOW_INSECURE=true`);
  }
  if (production && ['debug', 'trace'].includes(config.logLevel)) read.problem('LOG_LEVEL must not be debug or trace when NODE_ENV is production');
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  // Without keys of their own, set-ups that know only TOKEN_SECRET go on working.
  return { ...config, authKeys: config.authKeys.length > 0 ? config.authKeys : [derivedKey(config.tokenSecret)] };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
