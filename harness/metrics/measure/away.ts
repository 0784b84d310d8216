import type { Plan } from '../../contracts/plan.ts';
import type { TimelineSeen } from './timeline.ts';

/** Whether a fault had a process ended or stopped in some of a second: then nobody can read what it uses. */
export type Away = (process: string, second: number) => boolean;

/** From the plan, which says whom a fault takes away, and the timeline, which says when it held. */
export function awayBy(faults: Plan['faults'], { edges }: Pick<TimelineSeen, 'edges'>): Away {
  const windows = faults.flatMap(({ id, takesAway = [] }) => {
    const { applyMs = null, goneMs = null, notGoneMs = null } = edges.get(id) ?? {};
    return applyMs === null ? [] : [{ takesAway, fromMs: applyMs, toMs: goneMs ?? notGoneMs ?? Number.POSITIVE_INFINITY }];
  });
  return (process, second) => windows.some(({ takesAway, fromMs, toMs }) => takesAway.includes(process) && (second + 1) * 1000 > fromMs && second * 1000 <= toMs);
}
