import type { Measurements } from '../../contracts/measurements.ts';
import type { ResourceRow } from '../../contracts/resources.ts';
import { isService } from '../../contracts/service-processes.ts';
import type { Phases } from './phases.ts';

/** A phase is cut in at most so many slots, none shorter than SLOT_SECONDS_MIN: it must see a collection of garbage. */
const SLOTS_MAX = 40;
const SLOT_SECONDS_MIN = 2;
const MIB = 1024 * 1024;

type Row = Measurements['trends'][number];
type Held = Row['what'];

/**
 * What each process of the service holds, thinned out for trends: the lowest reading in each slot of steady and of whole,
 * for what lies between two collections of garbage is no growth. A process that was started again is followed from then on.
 */
export class Trends {
  readonly #parts: Phases['parts'];
  readonly #processes = new Map<string, { readings: { readonly second: number; readonly values: Partial<Record<Held, number>> }[]; cpuSeconds: number }>();

  constructor({ parts }: Phases) {
    this.#parts = parts.filter(({ id }) => id === 'steady' || id === 'whole');
  }

  add(row: ResourceRow): void {
    if (!isService(row.process)) return;
    const known = this.#processes.get(row.process);
    const again = known === undefined || (row.cpuSeconds !== undefined && row.cpuSeconds < known.cpuSeconds);
    const process = again ? { readings: [], cpuSeconds: 0 } : known;
    if (again) this.#processes.set(row.process, process);
    process.cpuSeconds = row.cpuSeconds ?? process.cpuSeconds;
    process.readings.push({ second: row.second, values: valuesOf(row) });
  }

  rows(): Row[] {
    return this.#parts.flatMap(({ id: phase, startMs, endMs }) =>
      [...this.#processes].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([process, { readings }]) =>
        (['memoryMiB', 'descriptors'] as const).map((what) => ({ phase, process, what, lows: lowsOf(readings.flatMap(({ second, values: { [what]: value } }) => (value === undefined ? [] : [{ second, value }])), startMs / 1000, endMs / 1000) })),
      ),
    );
  }
}

/** Memory: what the process says lies on its heap and beside it; the kernel's figure for one that says nothing also counts what it keeps in reserve. */
function valuesOf({ gauges = {}, memoryBytes, descriptors }: ResourceRow): Partial<Record<Held, number>> {
  const heap = gauges['nodejs_heap_size_used_bytes'];
  const bytes = heap === undefined ? memoryBytes : heap + (gauges['nodejs_external_memory_bytes'] ?? 0);
  return { ...(bytes !== undefined && { memoryMiB: bytes / MIB }), ...(descriptors !== undefined && { descriptors }) };
}

/** Readings that count to the seconds [from, to), the lowest of each slot; a slot that is cut short at the end is left out. */
function lowsOf(readings: readonly { readonly second: number; readonly value: number }[], from: number, to: number): Row['lows'] {
  const slotSeconds = Math.max(SLOT_SECONDS_MIN, Math.ceil((to - from) / SLOTS_MAX));
  const slots = Map.groupBy(readings.filter(({ second }) => second >= from && second < to), ({ second }) => Math.floor((second - from) / slotSeconds));
  return [...slots].filter(([slot]) => from + (slot + 1) * slotSeconds <= to).map(([, its]) => its.reduce((low, reading) => (reading.value < low.value ? reading : low)));
}
