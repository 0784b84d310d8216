import type { Plan } from '../contracts/plan.ts';

type Profile = Pick<Plan['load'], 'startPerSecond' | 'stages'>;

/**
 * When users are due, ms from the start of the load, one after the other: where the area under the profile reaches `step`,
 * 2 `step` … as k6's ramping-arrival-rate reckons (lib/executor/ramping_arrival_rate.go, cal). `step`: the number of
 * generators that share the profile.
 */
export function* dueTimes({ startPerSecond, stages }: Profile, step = 1): Generator<number> {
  let due = step;
  let area = 0;
  let from = startPerSecond;
  let startMs = 0;
  for (const { durationMs, targetPerSecond: to } of stages) {
    const seconds = durationMs / 1000;
    const end = area + (seconds * (from + to)) / 2;
    const slope = (to - from) / seconds;
    // A hair more, or what k6 takes for due, rounding, is missing here.
    for (; due <= end + 1e-6; due += step) {
      const left = due - area;
      const at = slope === 0 ? left / from : (Math.sqrt(Math.max(0, from * from + 2 * slope * left)) - from) / slope;
      yield startMs + at * 1000;
    }
    area = end;
    from = to;
    startMs += durationMs;
  }
}

interface Arriving {
  readonly due: Iterator<number, undefined>;
  startedMs: number | undefined;
  lastDueMs: number;
}

/**
 * How late users arrive: the n-th of a generator, dropped ones included, against the n-th moment at which one was due. k6 holds
 * nobody back: who comes late, comes so because the generator had no time. Of several generators each takes every n-th moment, and
 * may count up to n − 1 of them too little.
 */
export class Lateness {
  readonly #profile: Profile;
  readonly #generators: number;
  readonly #known = new Map<number, Arriving>();

  constructor({ profile, generators }: { readonly profile: Profile; readonly generators: number }) {
    this.#profile = profile;
    this.#generators = generators;
  }

  /** The scenario of a generator began at this time by its own word. */
  began(generator: number, startedMs: number): void {
    this.#of(generator).startedMs ??= startedMs;
  }

  /** The next arrival, in the order of time; ms. One more than were due is late for the last. undefined: nobody said when the scenario began. */
  next(generator: number, arrivedMs: number): number | undefined {
    const known = this.#of(generator);
    known.lastDueMs = known.due.next().value ?? known.lastDueMs;
    return known.startedMs === undefined ? undefined : Math.max(0, arrivedMs - known.startedMs - known.lastDueMs);
  }

  #of(generator: number): Arriving {
    const known = this.#known.get(generator) ?? { due: dueTimes(this.#profile, this.#generators), startedMs: undefined, lastDueMs: 0 };
    this.#known.set(generator, known);
    return known;
  }
}
