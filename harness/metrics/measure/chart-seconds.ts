import type { Measurements } from '../../contracts/measurements.ts';
import type { Phases } from './phases.ts';
import type { ClosedSecond } from './requests.ts';
import type { HealthProbe } from './timeline.ts';

/** One row for every second from the start of the load to the end of the drain, gaps included. */
export function chartSeconds({ loadStartMs, endMs }: Phases, closed: readonly ClosedSecond[], health: readonly HealthProbe[]): Measurements['seconds'] {
  const bySecond = new Map(closed.map((second) => [second.second, second]));
  const healthy = healthBySecond(health);
  const first = Math.floor(loadStartMs / 1000);
  return Array.from({ length: Math.max(0, Math.ceil(endMs / 1000) - first) }, (_, i) => {
    const seen = bySecond.get(first + i);
    return {
      second: first + i,
      requests: seen?.requests ?? 0,
      successful: seen?.successful ?? 0,
      bad: seen?.bad ?? 0,
      polling: seen?.polling ?? 0,
      p50Ms: seen?.p50Ms ?? null,
      p95Ms: seen?.p95Ms ?? null,
      p99Ms: seen?.p99Ms ?? null,
      healthOk: healthy.get(first + i) ?? null,
    };
  });
}

/** A probe speaks for every second it was under way in: one that hangs for 2 s is no gap. */
function healthBySecond(health: readonly HealthProbe[]): Map<number, boolean> {
  const seconds = new Map<number, boolean>();
  for (const { tMs, latencyMs, ok } of health) {
    for (let second = Math.floor((tMs - latencyMs) / 1000); second <= Math.floor(tMs / 1000); second++) seconds.set(second, ok && (seconds.get(second) ?? true));
  }
  return seconds;
}
