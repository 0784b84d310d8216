import type { Arena } from './arena.ts';
import { startTraceSink } from './trace-sink.ts';

/** A figure of the service over that of a plain tool which does the least that must be done; both per second. */
export interface Ratio {
  readonly name: string;
  readonly floor: number;
  readonly goal: number;
  readonly ours: (arena: Arena) => Promise<number>;
  readonly theirs: (arena: Arena) => Promise<number>;
}

const redisDown = { REDIS_URL: 'redis://127.0.0.1:9' };
/** As in production, with a tracing backend: one trace of ten is recorded and sent. */
const observed = { LOG_LEVEL: 'info', TRACE_EXPORTER: 'zipkin', TRACE_SAMPLE_RATIO: '0.1', TRACE_URL: await startTraceSink() };
const unobserved = { LOG_LEVEL: 'silent', LOG_REQUESTS: 'off' };

export const ratios: readonly Ratio[] = [
  { name: 'queue token ÷ redis-benchmark running the same commands', floor: 0.3, goal: 0.4, ours: (arena) => arena.enter(), theirs: (arena) => arena.enterCommands() },
  { name: 'reservation ÷ pgbench running the same SQL', floor: 0.45, goal: 0.6, ours: (arena) => arena.reserve(), theirs: (arena) => arena.reserveStatement() },
  { name: 'payment ÷ pgbench running the same SQL', floor: 0.4, goal: 0.6, ours: (arena) => arena.pay(), theirs: (arena) => arena.payStatement() },
  { name: 'seats from cache ÷ bare route with one Redis GET', floor: 0.6, goal: 0.8, ours: (arena) => arena.readSeats(), theirs: (arena) => arena.readBare() },
  { name: 'reservation with Redis down ÷ healthy', floor: 0.7, goal: 0.9, ours: (arena) => arena.reserve(redisDown), theirs: (arena) => arena.reserve() },
  { name: 'reservation with all observability on ÷ off', floor: 0.85, goal: 0.93, ours: (arena) => arena.reserve(observed), theirs: (arena) => arena.reserve(unobserved) },
];
