import { arrivalsDue } from '../../../reports/score/arrivals-due.ts';
import { thresholds } from '../../../reports/score/thresholds.ts';
import type { Measurements } from '../../contracts/measurements.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { Defects } from './defects.ts';
import type { Phases } from './phases.ts';
import type { TimelineSeen } from './timeline.ts';

/** Arrivals that must have been due in a hole for it to be one: at a low rate a quiet second is nothing strange. */
const DUE_IN_HOLE_MIN = 3;

/** Which seconds each generator was heard in. One number per generator and second. */
export class Generators {
  readonly #seconds = new Map<number, Set<number>>();

  add(generator: number, second: number): void {
    const seconds = this.#seconds.get(generator) ?? new Set();
    this.#seconds.set(generator, seconds);
    seconds.add(second);
  }

  /** One row for each planned generator; one that was never heard, and every hole, is a defect of the series. */
  rows(plan: Plan, phases: Phases, seen: TimelineSeen, defects: Defects): Measurements['generators'] {
    return plan.load.generators.map(({ index }) => {
      const heard = this.#seconds.get(index) ?? new Set<number>();
      const silent = silentSeconds(heard, phases);
      if (heard.size === 0) defects.add('series.ndjson', `has no sample of generator ${index}`);
      else for (const hole of holes(silent)) if (isHole(hole, plan, phases)) defects.add('series.ndjson', `has no sample of generator ${index} for ${hole.seconds} s, from second ${hole.from - Math.floor(phases.loadStartMs / 1000)} of the load on`);
      const exit = seen.generatorExits.get(index);
      const sorted = [...heard].sort((a, b) => a - b);
      return { index, exitCode: exit?.code ?? null, signal: exit?.signal ?? null, firstSecond: sorted[0] ?? null, lastSecond: sorted.at(-1) ?? null, silentSeconds: silent.length };
    });
  }
}

/** Whole seconds of the load without any sample. */
function silentSeconds(heard: ReadonlySet<number>, { loadStartMs, loadEndMs }: Phases): number[] {
  const silent: number[] = [];
  for (let second = Math.ceil(loadStartMs / 1000); (second + 1) * 1000 <= loadEndMs; second++) if (!heard.has(second)) silent.push(second);
  return silent;
}

interface Hole {
  readonly from: number;
  seconds: number;
}

function holes(silent: readonly number[]): Hole[] {
  const found: Hole[] = [];
  for (const second of silent) {
    const last = found.at(-1);
    if (last && last.from + last.seconds === second) last.seconds++;
    else found.push({ from: second, seconds: 1 });
  }
  return found;
}

function isHole({ from, seconds }: Hole, { load }: Plan, { loadStartMs }: Phases): boolean {
  const fromMs = from * 1000 - loadStartMs;
  return seconds > thresholds.silentSecondsMax && arrivalsDue(load, fromMs, fromMs + seconds * 1000) / load.generators.length >= DUE_IN_HOLE_MIN;
}
