import type { FaultWorld, MetricQuery } from './world.ts';

/**
 * The second witness of a fault, beside our own canary, and told by somebody else: the service, the kernel, the users.
 * grows: a count that moves while the fault holds and stands still for a second once it is gone. reaches: a level at or
 * above the bound while it holds and below once it is gone.
 */
export interface Sign {
  /** What is read, as the beginning of a sentence: "failed calls to redis, counted by the service". */
  readonly what: string;
  readonly rule: 'grows' | { readonly reaches: number };
  /** false: gone is told by the canary alone (what has piled up takes its time to be worked on; that is recovery). */
  readonly calms?: false;
  /**
   * true: the service tells it of its own calls. When it goes on though the canary is as always, the fault is gone and the
   * service has not come back: a failure of the service, not of the test.
   */
  readonly ownCalls?: true;
  /** null: cannot be told just now. */
  read(): Promise<number | null>;
  /** A count that tells that the fault holds when this one is silent: what waits without a time-out, or is kept for later, fails nowhere but at the users. */
  readonly otherwise?: { readonly what: string; read(): number };
}

/** Targets as the service's metrics call them: all brokers are one dependency, a client does not know which of them failed it. */
export const dependencyOf = (target: string): string => target.replace(/^broker-\d+$/, 'kafka');

/** The service's own count of failed calls to a dependency. */
export const failedCalls = (world: FaultWorld, target: string): Sign => ({
  what: `failed calls to ${dependencyOf(target)}, counted by the service`,
  rule: 'grows',
  ownCalls: true,
  read: world.metric({ name: 'dependency_errors_total', labels: { dependency: dependencyOf(target) }, combine: 'sum' }),
});

/** A figure of the service that grows. */
export const grows = (world: FaultWorld, what: string, query: MetricQuery): Sign => ({ what, rule: 'grows', read: world.metric(query) });

/** A level of the service that reaches a bound. */
export const reaches = (world: FaultWorld, what: string, bound: number, query: MetricQuery): Sign => ({ what, rule: { reaches: bound }, read: world.metric(query) });

/** Requests of users that got no answer at all. */
export const usersUnanswered = (world: FaultWorld): Sign => ({ what: 'requests of users without an answer', rule: 'grows', read: async () => world.users.unanswered() });

/** Bad requests of users. */
export const usersFailed = (world: FaultWorld): Sign => ({ what: 'bad requests of users', rule: 'grows', read: async () => world.users.bad() });

/** A witness that may be silent: when it is, the bad requests of users say that the fault holds. */
export const orUsers = (world: FaultWorld, sign: Sign): Sign => ({ ...sign, otherwise: { what: 'bad requests of users', read: () => world.users.bad() } });

/** Median latency of users. */
export const usersSlow = (world: FaultWorld, boundMs: number): Sign => ({ what: 'median latency of users in ms', rule: { reaches: boundMs }, read: async () => world.users.medianMs() });

/** 95th percentile of the latency of users: where only some requests are slow. */
export const someUsersSlow = (world: FaultWorld, boundMs: number): Sign => ({ what: '95th percentile of the latency of users in ms', rule: { reaches: boundMs }, read: async () => world.users.p95Ms() });

/** The mean of a histogram of the service between two readings, in ms. */
export function meanReaches(world: FaultWorld, what: string, boundMs: number, histogram: string, labels?: MetricQuery['labels']): Sign {
  const sum = world.metric({ name: `${histogram}_sum`, combine: 'sum', ...(labels && { labels }) });
  const count = world.metric({ name: `${histogram}_count`, combine: 'sum', ...(labels && { labels }) });
  let last: { seconds: number; calls: number } | undefined;
  let mean: number | null = null;
  return {
    what: `${what} in ms`,
    rule: { reaches: boundMs },
    async read() {
      const [seconds, calls] = await Promise.all([sum(), count()]);
      if (seconds === null || calls === null) return mean;
      // Too few calls since the last reading say nothing new.
      if (last && calls - last.calls >= 3) mean = ((seconds - last.seconds) * 1000) / (calls - last.calls);
      if (!last || calls - last.calls >= 3) last = { seconds, calls };
      return mean;
    },
  };
}
