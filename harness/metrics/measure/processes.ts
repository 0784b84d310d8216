import type { Measurements } from '../../contracts/measurements.ts';
import type { ResourceRow } from '../../contracts/resources.ts';
import type { Away } from './away.ts';
import type { Defects } from './defects.ts';
import { BusiestWindow } from './busiest-window.ts';
import { Growth } from './growth.ts';
import type { Phases } from './phases.ts';

/** The machine is not one of the processes that share its CPU. */
const MACHINE = 'machine';

interface Use {
  readonly cpu: Growth;
  cpuSeconds: number | null;
  readonly busy: BusiestWindow;
  memoryBytesMax: number | null;
  readonly seconds: Set<number>;
}

/** CPU, in all and in its busiest seconds, peak memory and missing seconds by process, over the load; a second in which it was away on purpose is not missing. */
export class Processes {
  readonly #loadStartMs: number;
  readonly #loadEndMs: number;
  readonly #away: Away;
  readonly #uses = new Map<string, Use>();

  constructor({ loadStartMs, loadEndMs }: Phases, away: Away) {
    this.#loadStartMs = loadStartMs;
    this.#loadEndMs = loadEndMs;
    this.#away = away;
  }

  add(row: ResourceRow, defects: Defects): void {
    if ([row.cpuSeconds, row.memoryBytes].some((value) => value !== undefined && value < 0)) {
      defects.add('resources.ndjson', `has a negative reading of ${row.process}`);
      return;
    }
    const use = this.#uses.get(row.process) ?? { cpu: new Growth(), cpuSeconds: null, busy: new BusiestWindow(), memoryBytesMax: null, seconds: new Set() };
    this.#uses.set(row.process, use);
    const grown = row.cpuSeconds === undefined ? null : use.cpu.next(row.cpuSeconds);
    if ((row.second + 1) * 1000 <= this.#loadStartMs || row.second * 1000 >= this.#loadEndMs) return;
    use.seconds.add(row.second);
    if (row.cpuSeconds !== undefined) use.cpuSeconds = (use.cpuSeconds ?? 0) + (grown ?? 0);
    if (grown !== null) use.busy.add(row.second, grown);
    if (row.memoryBytes !== undefined) use.memoryBytesMax = Math.max(use.memoryBytesMax ?? 0, row.memoryBytes);
  }

  /** The busiest first. */
  rows(): Measurements['processes'] {
    const sum = [...this.#uses].reduce((total, [process, { cpuSeconds }]) => total + (process === MACHINE ? 0 : (cpuSeconds ?? 0)), 0);
    const seconds = this.#loadSeconds();
    return [...this.#uses]
      .map(([process, use]) => ({
        process,
        cpuSeconds: use.cpuSeconds,
        coresMax: use.busy.max,
        cpuShare: process === MACHINE || use.cpuSeconds === null || sum === 0 ? null : use.cpuSeconds / sum,
        memoryBytesMax: use.memoryBytesMax,
        missingSeconds: seconds.filter((second) => !use.seconds.has(second) && !this.#away(process, second)).length,
        awaySeconds: seconds.filter((second) => this.#away(process, second)).length,
      }))
      .sort((a, b) => (b.cpuShare ?? -1) - (a.cpuShare ?? -1) || (a.process < b.process ? -1 : 1));
  }

  /** Whole seconds of the load. */
  #loadSeconds(): number[] {
    const first = Math.ceil(this.#loadStartMs / 1000);
    return Array.from({ length: Math.max(0, Math.floor(this.#loadEndMs / 1000) - first) }, (_, i) => first + i);
  }
}
