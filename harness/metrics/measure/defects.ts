import type { Measurements } from '../../contracts/measurements.ts';

/** What is wrong with the artefacts, each problem once, with the number of times it was met. */
export class Defects {
  readonly #seen = new Map<string, { artefact: string; problem: string; times: number }>();

  add(artefact: string, problem: string): void {
    const key = `${artefact}\n${problem}`;
    const seen = this.#seen.get(key);
    if (seen) seen.times++;
    else this.#seen.set(key, { artefact, problem, times: 1 });
  }

  list(): Measurements['defects'] {
    return [...this.#seen.values()].map(({ artefact, problem, times }) => ({ artefact, problem: times === 1 ? problem : `${problem} (${times} times)` }));
  }
}
