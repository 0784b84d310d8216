import type { PhaseEndpoint } from '../../contracts/measurements.ts';
import type { LatencyCounts } from '../../../reports/stats/histogram.ts';
import { Cell, phaseEndpoint, worseSecond, type WorstSecond } from './cell.ts';
import type { Blocks } from './blocks.ts';
import type { RowRead } from './series-row.ts';

/** A row may come this many seconds after later ones; what is older is closed, so that memory stays bounded. */
const OPEN_SECONDS = 60;

/** One closed second, all requests together. */
export interface ClosedSecond {
  readonly second: number;
  readonly requests: number;
  readonly dropped: number;
  readonly successful: number;
  readonly bad: number;
  readonly polling: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

interface OpenSecond {
  readonly all: Cell;
  polling: number;
  /** phase → endpoint → cell; endpoint "*" is all of them */
  readonly cells: Map<string, Map<string, Cell>>;
}

interface Total {
  readonly cell: Cell;
  worst: WorstSecond | null;
  /** Latencies of each second, where blocks of them are looked at. */
  readonly seconds: [second: number, LatencyCounts][];
}

/** Merges rows per second, and closed seconds per phase and endpoint. */
export class Requests {
  readonly #open = new Map<number, OpenSecond>();
  readonly #totals = new Map<string, Map<string, Total>>();
  readonly #blocks: Blocks;
  readonly closed: ClosedSecond[] = [];
  #latest = Number.NEGATIVE_INFINITY;

  constructor(blocks: Blocks) {
    this.#blocks = blocks;
  }

  /** False when the row's second is closed already. */
  add(row: RowRead, phases: readonly string[]): boolean {
    this.#latest = Math.max(this.#latest, row.second);
    if (row.second < this.#latest - OPEN_SECONDS) return false;
    const open = this.#open.get(row.second) ?? { all: new Cell(), polling: 0, cells: new Map() };
    this.#open.set(row.second, open);
    open.all.add(row.class, row.count, row.polling, row.latencies);
    if (row.polling && row.class !== 'bad-body') open.polling += row.count;
    for (const phase of phases) {
      const cells = mapOf(open.cells, phase);
      for (const endpoint of row.endpoint === null ? ['*'] : ['*', row.endpoint]) {
        const cell = cells.get(endpoint) ?? new Cell();
        cells.set(endpoint, cell);
        cell.add(row.class, row.count, row.polling, row.latencies);
      }
    }
    this.#closeBefore(this.#latest - OPEN_SECONDS);
    return true;
  }

  /** Closes everything; call once, after the last row. */
  end(): void {
    this.#closeBefore(Number.POSITIVE_INFINITY);
    this.closed.sort((a, b) => a.second - b.second);
  }

  /** Rows of measurements.json: phases in the order given, "*" before the endpoints by name. */
  rows(phases: readonly string[]): PhaseEndpoint[] {
    return phases.flatMap((phase) =>
      [...(this.#totals.get(phase) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([endpoint, { cell, worst, seconds }]) => {
        const blockErrors = this.#blocks.errorsOf(phase, endpoint, cell.latencies, seconds);
        return { ...phaseEndpoint(phase, endpoint, cell, worst), ...(blockErrors.length > 0 && { blockErrors }) };
      }),
    );
  }

  #closeBefore(end: number): void {
    for (const [second, open] of this.#open) {
      if (second >= end) continue;
      this.#open.delete(second);
      this.closed.push(closedSecond(second, open));
      for (const [phase, cells] of open.cells) for (const [endpoint, cell] of cells) this.#total(second, phase, endpoint, cell);
    }
  }

  #total(second: number, phase: string, endpoint: string, cell: Cell): void {
    const totals = mapOf(this.#totals, phase);
    const total = totals.get(endpoint) ?? { cell: new Cell(), worst: null, seconds: [] };
    totals.set(endpoint, total);
    total.cell.merge(cell);
    if (this.#blocks.wants(phase, endpoint)) total.seconds.push([second, cell.latencies]);
    total.worst = worseSecond(total.worst, { second, p95Ms: cell.quantileMs(0.95), bad: cell.bad });
  }
}

function mapOf<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const inner = map.get(key) ?? new Map<string, V>();
  map.set(key, inner);
  return inner;
}

function closedSecond(second: number, { all, polling }: OpenSecond): ClosedSecond {
  const dropped = all.byClass.dropped ?? 0;
  return {
    second,
    requests: all.count - dropped,
    dropped,
    successful: Math.max(0, all.successful),
    bad: all.bad,
    polling,
    p50Ms: all.quantileMs(0.5),
    p95Ms: all.quantileMs(0.95),
    p99Ms: all.quantileMs(0.99),
  };
}
