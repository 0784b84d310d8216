import type { GatewayClient } from './clients/gateway.ts';
import type { Database } from './clients/postgres.ts';
import type { RedisClient } from './clients/redis.ts';
import type { Config } from './config.ts';
import type { Live } from './live/live.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { RequestScope } from './request-scope.ts';
import type { Tracing } from './tracing/tracing.ts';
import type { Logger } from 'pino';

/** What every part of the service may use. Made once, in app.ts. */
export interface Context {
  readonly config: Config;
  /** Of the requests; what runs in the background gets a context with a small pool of its own here. */
  readonly db: Database;
  readonly redis: RedisClient;
  readonly gateway: GatewayClient;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly tracing: Tracing;
  /** What operations change at run time. */
  readonly live: Live;
  /** Tells the workers of this process that there is something to do; they poll in any case. */
  readonly wake: { admission(): void; relay(): void; settlement(): void };
}

/** What one request is about, and what had to be bypassed to answer it (the header X-Degraded). */
export interface Visit extends RequestScope {
  /** 32 hex digits; the header x-trace-id and the `traceId` of a problem */
  readonly trace: string;
  /** W3C header for what follows from this request: goes with its events */
  readonly traceparent: string;
  readonly degraded: Set<'redis' | 'gateway'>;
}
