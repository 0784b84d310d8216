import type { Measurements } from '../../contracts/measurements.ts';
import type { ResourceRow } from '../../contracts/resources.ts';
import { isService } from '../../contracts/service-processes.ts';
import { Growth } from './growth.ts';
import type { PhaseOfSecond } from './phases.ts';

/** Counters by Prometheus conventions, with or without labels; other figures do not grow. */
const isCounter = (name: string): boolean => /_(total|count|sum)(\{|$)/.test(name);

/**
 * Growth of the service's counters by phase, all its processes together. What grew between two readings counts to the
 * phase of the later one, so the edges of phases are exact to one reading, a second. A counter that shows up later than
 * the first reading of its process began at 0.
 */
export class Counters {
  readonly #phaseOf: PhaseOfSecond;
  readonly #last = new Map<string, Map<string, Growth>>();
  readonly #grown = new Map<string, Map<string, number>>();

  constructor(phaseOf: PhaseOfSecond) {
    this.#phaseOf = phaseOf;
  }

  add(row: ResourceRow): void {
    if (!isService(row.process) || row.gauges === undefined) return;
    const isFirst = !this.#last.has(row.process);
    const last = this.#last.get(row.process) ?? new Map<string, Growth>();
    this.#last.set(row.process, last);
    const phases = this.#phaseOf.ofReading(row.second);
    for (const [name, value] of Object.entries(row.gauges)) {
      if (!isCounter(name)) continue;
      const growth = last.get(name) ?? (isFirst ? new Growth() : new Growth(0));
      last.set(name, growth);
      this.#count(name, growth.next(value), phases);
    }
  }

  rows(phases: readonly string[]): Measurements['counters'] {
    return phases.flatMap((phase) => [...(this.#grown.get(phase) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, growth]) => ({ phase, name, growth })));
  }

  #count(name: string, growth: number | null, phases: readonly string[]): void {
    if (growth === null) return;
    for (const phase of phases) {
      const grown = this.#grown.get(phase) ?? new Map<string, number>();
      this.#grown.set(phase, grown);
      grown.set(name, (grown.get(name) ?? 0) + growth);
    }
  }
}
