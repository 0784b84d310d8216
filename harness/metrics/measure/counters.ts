import type { Measurements } from '../../contracts/measurements.ts';
import type { ResourceRow } from '../../contracts/resources.ts';
import { Growth } from './growth.ts';
import type { PhaseOfSecond } from './phases.ts';

/** The process whose metrics are the service's own. */
const SERVICE = 'api';

/** Counters by Prometheus conventions, with or without labels; other figures do not grow. */
const isCounter = (name: string): boolean => /_(total|count|sum)(\{|$)/.test(name);

/**
 * Growth of the service's counters by phase. What grew between two readings counts to the phase of the later one, so the
 * edges of phases are exact to one reading, a second. A counter that shows up later than the first reading began at 0.
 */
export class Counters {
  readonly #phaseOf: PhaseOfSecond;
  readonly #last = new Map<string, Growth>();
  readonly #grown = new Map<string, Map<string, number>>();
  #readings = 0;

  constructor(phaseOf: PhaseOfSecond) {
    this.#phaseOf = phaseOf;
  }

  add(row: ResourceRow): void {
    if (row.process !== SERVICE || row.gauges === undefined) return;
    this.#readings++;
    const phases = this.#phaseOf.ofReading(row.second);
    for (const [name, value] of Object.entries(row.gauges)) if (isCounter(name)) this.#read(name, value, phases);
  }

  rows(phases: readonly string[]): Measurements['counters'] {
    return phases.flatMap((phase) => [...(this.#grown.get(phase) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, growth]) => ({ phase, name, growth })));
  }

  #read(name: string, value: number, phases: readonly string[]): void {
    const last = this.#last.get(name) ?? (this.#readings > 1 ? new Growth(0) : new Growth());
    this.#last.set(name, last);
    const growth = last.next(value);
    if (growth === null) return;
    for (const phase of phases) {
      const grown = this.#grown.get(phase) ?? new Map<string, number>();
      this.#grown.set(phase, grown);
      grown.set(name, (grown.get(name) ?? 0) + growth);
    }
  }
}
