import type { Plan } from '../../contracts/plan.ts';
import type { TimelineSeen } from './timeline.ts';

/** A stretch of the run; a phase may have several (recovery between two faults). */
export interface PhasePart {
  readonly id: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface Phases {
  readonly parts: readonly PhasePart[];
  readonly loadStartMs: number;
  /** The end of the load as it was planned, or earlier when it ended earlier. */
  readonly loadEndMs: number;
  /** The end of everything that was measured. */
  readonly endMs: number;
}

/**
 * Derives the phases from what happened. The series knows seconds only, so the end of the warm-up and the end of the load
 * move to the nearest whole second; the edges of faults stay exact, because the series tells requests that overlap a
 * fault from those that do not. null without a load-start.
 */
export function derivePhases(plan: Plan, seen: TimelineSeen): Phases | null {
  if (seen.loadStartMs === null) return null;
  const { loadStartMs } = seen;
  const plannedEndMs = loadStartMs + (seen.plannedMs ?? plan.load.durationMs);
  const loadEndMs = Math.min(seen.loadEndMs ?? plannedEndMs, plannedEndMs);
  const warmEndMs = Math.min(wholeSecond(loadStartMs + plan.load.warmupMs), wholeSecond(loadEndMs));
  const wholeEndMs = wholeSecond(loadEndMs);
  const endMs = Math.max(wholeEndMs, seen.drainEndMs ?? 0);
  const faults = faultWindows(seen, endMs);
  const parts = [
    { id: 'warmup', startMs: loadStartMs, endMs: warmEndMs },
    { id: 'steady', startMs: warmEndMs, endMs: Math.min(wholeEndMs, ...faults.map(({ startMs }) => startMs)) },
    ...faults,
    ...recoveries(faults, warmEndMs, wholeEndMs),
    { id: 'drain', startMs: wholeEndMs, endMs },
    { id: 'whole', startMs: warmEndMs, endMs: wholeEndMs },
  ];
  return { parts: parts.filter(({ startMs, endMs: end }) => end > startMs), loadStartMs, loadEndMs, endMs };
}

const wholeSecond = (ms: number): number => Math.round(ms / 1000) * 1000;

/** From apply to gone, or to the moment that gave up on it, or to the end of everything. */
function faultWindows(seen: TimelineSeen, endMs: number): PhasePart[] {
  return [...seen.edges].flatMap(([id, { applyMs, goneMs, notGoneMs }]) => (applyMs === null ? [] : [{ id: `fault:${id}`, startMs: applyMs, endMs: goneMs ?? notGoneMs ?? endMs }]));
}

/** What is left between and after the faults, until the load ends. */
function recoveries(faults: readonly PhasePart[], warmEndMs: number, wholeEndMs: number): PhasePart[] {
  const parts: PhasePart[] = [];
  let fromMs: number | null = null;
  for (const { startMs, endMs } of [...faults].sort((a, b) => a.startMs - b.startMs)) {
    if (fromMs !== null && startMs > fromMs) parts.push({ id: 'recovery', startMs: fromMs, endMs: startMs });
    fromMs = Math.max(fromMs ?? warmEndMs, endMs);
  }
  if (fromMs !== null && fromMs < wholeEndMs) parts.push({ id: 'recovery', startMs: fromMs, endMs: wholeEndMs });
  return parts;
}

/** Phases of what began and ended at these times: the faults it overlapped, and whole; the phase in which it ended only when there is none. */
export function phasesOfSpan(parts: readonly PhasePart[], startMs: number, endMs: number): string[] {
  const faults = parts.filter((part) => isFault(part) && endMs >= part.startMs && startMs < part.endMs);
  const others = parts.filter((part) => !isFault(part) && endMs >= part.startMs && endMs < part.endMs && (part.id === 'whole' || faults.length === 0));
  return [...faults, ...others].map(({ id }) => id);
}

const isFault = ({ id }: PhasePart): boolean => id.startsWith('fault:');

/** Tells to which phases what happened in a second belongs: the same rule, for what is known by the second. */
export class PhaseOfSecond {
  readonly #faults: readonly PhasePart[];
  readonly #others: readonly PhasePart[];
  readonly #whole: PhasePart | undefined;

  constructor({ parts }: Phases) {
    this.#faults = parts.filter(isFault);
    this.#others = parts.filter((part) => !isFault(part) && part.id !== 'whole');
    this.#whole = parts.find(({ id }) => id === 'whole');
  }

  /**
   * Phases of a request that ended in `second` and overlapped `faults`. With faults: those, and whole from the end of the
   * warm-up on. Without: the phase that holds most of the second; only when the second lies inside a fault's window
   * altogether it is that fault's, whatever the row says.
   */
  ofRequest(second: number, faults: readonly string[]): readonly string[] {
    const whole = this.#whole;
    const afterWarmup = whole !== undefined && second * 1000 >= whole.startMs;
    if (faults.length > 0) return [...faults.map((id) => `fault:${id}`), ...(afterWarmup ? ['whole'] : [])];
    const other = largest(this.#others, second);
    const phases = other === undefined ? covering(this.#faults, second) : [other.id];
    return afterWarmup && second * 1000 < whole.endMs ? [...phases, 'whole'] : phases;
  }

  /** Phases of a reading that was made in `second`: for what is not tied to single requests, such as counters. */
  ofReading(second: number): readonly string[] {
    const middleMs = second * 1000 + 500;
    const inside = ({ startMs, endMs }: PhasePart): boolean => middleMs >= startMs && middleMs < endMs;
    return [...this.#faults, ...this.#others, ...(this.#whole ? [this.#whole] : [])].filter(inside).map(({ id }) => id);
  }
}

const overlapMs = ({ startMs, endMs }: PhasePart, second: number): number => Math.min(endMs, (second + 1) * 1000) - Math.max(startMs, second * 1000);

function largest(parts: readonly PhasePart[], second: number): PhasePart | undefined {
  const [first] = parts.filter((part) => overlapMs(part, second) > 0).sort((a, b) => overlapMs(b, second) - overlapMs(a, second));
  return first;
}

const covering = (faults: readonly PhasePart[], second: number): string[] => faults.filter((part) => overlapMs(part, second) > 0).map(({ id }) => id);
