import type { Measurements } from '../../contracts/measurements.ts';
import { LOOK_EVERY_MS } from '../../contracts/timeline.ts';
import type { PhasePart, Phases } from './phases.ts';
import type { TimelineSeen } from './timeline.ts';

interface Look {
  readonly tMs: number;
  readonly ok: boolean;
  readonly latencyMs: number;
}

/**
 * Looks at /health and at Redis by phase. One that overlapped a fault counts to the fault, and to whole, as a request does.
 * One that failed late stands for those that could not be taken meanwhile: a hang must not weigh less than a refusal.
 */
export function countLooks({ parts }: Phases, { health, redis }: Pick<TimelineSeen, 'health' | 'redis'>): Measurements['looks'] {
  const ids = [...new Set(parts.map(({ id }) => id))];
  return Object.entries({ health, redis }).flatMap(([of, looks]: [string, readonly Look[]]) =>
    ids.flatMap((phase) => {
      const inside = looks.filter((look) => phasesOf(look, parts).includes(phase));
      if (inside.length === 0) return [];
      const failed = inside.filter(({ ok }) => !ok).reduce((sum, { latencyMs }) => sum + Math.max(1, Math.round(latencyMs / LOOK_EVERY_MS)), 0);
      return [{ of: of as 'health' | 'redis', phase, ok: inside.filter(({ ok }) => ok).length, failed }];
    }),
  );
}

function phasesOf({ tMs, latencyMs }: Look, parts: readonly PhasePart[]): string[] {
  const overlaps = ({ startMs, endMs }: PhasePart): boolean => tMs >= startMs && tMs - latencyMs < endMs;
  const faults = parts.filter((part) => part.id.startsWith('fault:') && overlaps(part));
  const holds = ({ startMs, endMs }: PhasePart): boolean => tMs >= startMs && tMs < endMs;
  const others = parts.filter((part) => !part.id.startsWith('fault:') && holds(part) && (part.id === 'whole' || faults.length === 0));
  return [...faults, ...others].map(({ id }) => id);
}
