import type { FaultMeasurement } from '../../contracts/measurements.ts';
import type { HealthProbe } from './timeline.ts';

/**
 * Time from apply to the first health probe, before the fault was gone, that answered with another status or another
 * state (READY, DEGRADED, NOT_READY) than the last one before apply, or was not ok when that one was. Not seen: greater than the time until the last probe (censored).
 * null: there was no probe at all in the window.
 */
export function detectionOf(health: readonly HealthProbe[], applyMs: number, goneMs: number): FaultMeasurement['detection'] {
  const before = health.findLast(({ tMs }) => tMs < applyMs);
  const inside = health.filter(({ tMs }) => tMs >= applyMs && tMs <= goneMs);
  const changed = inside.find(({ ok, status, state }) => (before === undefined ? !ok : status !== before.status || state !== before.state || (before.ok && !ok)));
  if (changed) return { seconds: (changed.tMs - applyMs) / 1000, censored: false };
  const last = inside.at(-1);
  return last === undefined ? null : { seconds: (last.tMs - applyMs) / 1000, censored: true };
}
