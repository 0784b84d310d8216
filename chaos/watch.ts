import type { Bus } from '../harness/contracts/bus.ts';
import type { TimelineEvent } from '../harness/contracts/timeline.ts';
import type { FaultKind } from './faults/fault.ts';

/** Consecutive probes that must agree before an edge counts as seen. */
const PROBES_IN_A_ROW = 2;
/** The service's counter must have stood still this long to count as "the service is served again". */
const COUNTER_QUIET_MS = 1000;

export interface Watch extends Disposable {
  /** Resolves with the evidence when the canary fails as promised and the service's own counter has moved; null at the deadline. */
  untilVerified(deadlineMs: number): Promise<string | null>;
  /** Resolves with the evidence when canary and service answer again; null at the deadline. */
  untilGone(deadlineMs: number): Promise<string | null>;
  /** What was seen last, for the sentence when a deadline passes. */
  lastSeen(): string;
}

/** Watches the canary and the service's own error counter of one target on the bus, from now on. */
export function watchTarget(bus: Bus, target: string, kind: FaultKind, clock: () => number = Date.now): Watch {
  let holding = 0;
  let answering = 0;
  let counterAtStart: number | undefined;
  let counterNow: number | undefined;
  let counterMovedAtMs = clock();
  let counterReadAtMs: number | undefined;
  let lastProbe = 'no probe yet';
  const waiting = new Set<() => void>();

  const onTimeline = (event: TimelineEvent): void => {
    if (event.event === 'canary' && event.target === target) {
      holding = kind.holds(event) ? holding + 1 : 0;
      answering = event.ok && !kind.holds(event) ? answering + 1 : 0;
      lastProbe = event.ok ? `canary answered in ${event.latencyMs.toFixed(1)} ms` : `canary failed: ${event.detail ?? 'no answer'}`;
    } else if (event.event === 'counter' && event.target === target) {
      counterAtStart ??= event.errorsTotal;
      if (event.errorsTotal !== counterNow) counterMovedAtMs = event.tMs;
      counterNow = event.errorsTotal;
      counterReadAtMs = event.tMs;
    } else return;
    for (const check of [...waiting]) check();
  };
  bus.on('timeline', onTimeline);

  const until = (seen: () => string | null, deadlineMs: number): Promise<string | null> =>
    new Promise((resolve) => {
      const end = (value: string | null): void => {
        clearTimeout(timer);
        waiting.delete(check);
        resolve(value);
      };
      const check = (): void => {
        const evidence = seen();
        if (evidence !== null) end(evidence);
      };
      const timer = setTimeout(() => end(null), deadlineMs);
      waiting.add(check);
      check();
    });

  const growth = (): number => (counterNow ?? 0) - (counterAtStart ?? 0);
  return {
    untilVerified: (deadlineMs) =>
      until(() => (holding >= PROBES_IN_A_ROW && growth() > 0 ? `${lastProbe}; the service counted ${growth()} failed calls` : null), deadlineMs),
    untilGone: (deadlineMs) =>
      until(() => {
        const quietMs = (counterReadAtMs ?? 0) - counterMovedAtMs;
        return answering >= PROBES_IN_A_ROW && quietMs >= COUNTER_QUIET_MS ? `${lastProbe}; the service has counted no failed call for ${quietMs} ms` : null;
      }, deadlineMs),
    lastSeen: () => `${lastProbe}; the service's counter ${counterNow === undefined ? 'was never read' : `grew by ${growth()}`}`,
    [Symbol.dispose]: () => bus.off('timeline', onTimeline),
  };
}
