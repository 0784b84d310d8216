import CircuitBreaker from 'opossum';
import type { Metrics } from '../metrics/metrics.ts';

export type GuardedDependency = 'redis' | 'gateway';

/** Calls of one dependency: counted, and refused at once while it is known to be down. */
export interface Guard {
  /** Runs the call, or rejects at once when the breaker is open. Every rejection is counted for the dependency. */
  run<T>(call: () => Promise<T>): Promise<T>;
  readonly isOpen: boolean;
  close(): void;
}

/**
 * One breaker around input and output only: whatever rejects is a failure of the dependency, never of the buyer.
 * It opens on a quarter of failures within one second, at least 3 calls, and lets one call through every `resetMs`.
 * It has no timeout of its own, because opossum's does not cancel the work: the clients bring their own.
 */
export function createGuard(dependency: GuardedDependency, resetMs: number, metrics: Metrics): Guard {
  const breaker = new CircuitBreaker((call: () => Promise<unknown>) => call(), {
    name: dependency,
    timeout: false,
    resetTimeout: resetMs,
    rollingCountTimeout: 1000,
    rollingCountBuckets: 5,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    errorThresholdPercentage: 25,
    volumeThreshold: 3,
  });
  breaker.on('open', () => {
    metrics.breakerState.set({ dependency }, 2);
    metrics.breakerOpens.inc({ dependency });
  });
  breaker.on('halfOpen', () => metrics.breakerState.set({ dependency }, 1));
  breaker.on('close', () => metrics.breakerState.set({ dependency }, 0));
  return {
    async run<T>(call: () => Promise<T>): Promise<T> {
      try {
        return (await breaker.fire(call)) as T;
      } catch (error) {
        metrics.dependencyErrors.inc({ dependency });
        throw error;
      }
    },
    get isOpen() {
      return breaker.opened;
    },
    close: () => breaker.shutdown(),
  };
}
