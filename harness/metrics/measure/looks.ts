import type { Measurements } from '../../contracts/measurements.ts';
import { LOOK_EVERY_MS } from '../../contracts/timeline.ts';
import { type Phases, phasesOfSpan } from './phases.ts';
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
      const inside = looks.filter(({ tMs, latencyMs }) => phasesOfSpan(parts, tMs - latencyMs, tMs).includes(phase));
      if (inside.length === 0) return [];
      const failed = inside.filter(({ ok }) => !ok).reduce((sum, { latencyMs }) => sum + Math.max(1, Math.round(latencyMs / LOOK_EVERY_MS)), 0);
      return [{ of: of as 'health' | 'redis', phase, ok: inside.filter(({ ok }) => ok).length, failed }];
    }),
  );
}
