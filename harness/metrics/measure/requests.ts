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

/** What came of the requests that count to these phases, by endpoint. */
interface PhasedCells {
  readonly phases: readonly string[];
  readonly cells: Map<string, Cell>;
}

interface OpenSecond {
  polling: number;
  /** By their phases: nearly always all requests of a second have the same. */
  readonly groups: Map<string, PhasedCells>;
}

/** Seconds of one phase and endpoint. */
interface Seconds {
  worst: WorstSecond | null;
  /** Latencies of each, where blocks of them are looked at. */
  readonly latencies: [second: number, LatencyCounts][];
}

const ALL = '*';
/** Of no endpoint. */
const NONE = '';

/** Merges rows per second, and closed seconds per phase and endpoint. */
export class Requests {
  readonly #open = new Map<number, OpenSecond>();
  /** Of the closed seconds; a phase is in several. */
  readonly #totals = new Map<string, PhasedCells>();
  readonly #seconds = new Map<string, Map<string, Seconds>>();
  readonly #blocks: Blocks;
  readonly closed: ClosedSecond[] = [];
  #latest = Number.NEGATIVE_INFINITY;

  constructor(blocks: Blocks) {
    this.#blocks = blocks;
  }

  /** False when the row's second is closed already. */
  add(row: RowRead, phases: readonly string[]): boolean {
    if (row.second < this.#latest - OPEN_SECONDS) return false;
    const open = this.#open.get(row.second) ?? { polling: 0, groups: new Map() };
    this.#open.set(row.second, open);
    if (row.polling && row.class !== 'bad-body') open.polling += row.count;
    cellOf(groupOf(open.groups, phases), row.endpoint ?? NONE).add(row.class, row.count, row.polling, row.latencies);
    if (row.second > this.#latest) {
      this.#latest = row.second;
      this.#closeBefore(this.#latest - OPEN_SECONDS);
    }
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
      [...withAll(merged(this.#totals.values().filter((group) => group.phases.includes(phase))))].sort(([a], [b]) => (a < b ? -1 : 1)).map(([endpoint, cell]) => {
        const { worst, latencies } = this.#secondsOf(phase, endpoint);
        const blockErrors = this.#blocks.errorsOf(phase, endpoint, cell.latencies, latencies);
        return { ...phaseEndpoint(phase, endpoint, cell, worst), ...(blockErrors.length > 0 && { blockErrors }) };
      }),
    );
  }

  #closeBefore(end: number): void {
    for (const [second, open] of this.#open) {
      if (second >= end) continue;
      this.#open.delete(second);
      this.#close(second, open);
    }
  }

  #close(second: number, { polling, groups }: OpenSecond): void {
    for (const { phases, cells } of groups.values()) {
      const totals = groupOf(this.#totals, phases);
      for (const [endpoint, cell] of cells) cellOf(totals, endpoint).merge(cell);
    }
    const whole = new Map(groups.entries().map(([key, { phases, cells }]) => [key, { phases, cells: withAll(cells) }]));
    this.closed.push(closedSecond(second, merged(whole.values()).get(ALL) ?? new Cell(), polling));
    for (const phase of new Set(groups.values().flatMap(({ phases }) => phases))) {
      for (const [endpoint, cell] of merged(whole.values().filter(({ phases }) => phases.includes(phase)))) this.#noteSecond(second, phase, endpoint, cell);
    }
  }

  #noteSecond(second: number, phase: string, endpoint: string, cell: Cell): void {
    const seconds = this.#secondsOf(phase, endpoint);
    seconds.worst = worseSecond(seconds.worst, { second, p95Ms: cell.quantileMs(0.95), bad: cell.bad });
    if (!this.#blocks.wants(phase, endpoint)) return;
    cell.latencies.compact();
    seconds.latencies.push([second, cell.latencies]);
  }

  #secondsOf(phase: string, endpoint: string): Seconds {
    const endpoints = this.#seconds.get(phase) ?? new Map<string, Seconds>();
    this.#seconds.set(phase, endpoints);
    const seconds = endpoints.get(endpoint) ?? { worst: null, latencies: [] };
    endpoints.set(endpoint, seconds);
    return seconds;
  }
}

function groupOf(groups: Map<string, PhasedCells>, phases: readonly string[]): PhasedCells {
  const key = phases.join(' ');
  const group = groups.get(key) ?? { phases, cells: new Map() };
  groups.set(key, group);
  return group;
}

function cellOf({ cells }: PhasedCells, endpoint: string): Cell {
  const cell = cells.get(endpoint) ?? new Cell();
  cells.set(endpoint, cell);
  return cell;
}

/** The cells of the endpoints, and one of all requests; of none nothing. */
function withAll(cells: ReadonlyMap<string, Cell>): Map<string, Cell> {
  if (cells.size === 0) return new Map();
  const all = new Cell();
  for (const cell of cells.values()) all.merge(cell);
  return new Map([[ALL, all], ...cells.entries().filter(([endpoint]) => endpoint !== NONE)]);
}

/** The cells of all groups; those of a single one as they are. */
function merged(groups: Iterable<PhasedCells>): ReadonlyMap<string, Cell> {
  const [first, ...others] = groups;
  if (others.length === 0) return first?.cells ?? new Map<string, Cell>();
  const sum: PhasedCells = { phases: [], cells: new Map() };
  for (const { cells } of [first as PhasedCells, ...others]) for (const [endpoint, cell] of cells) cellOf(sum, endpoint).merge(cell);
  return sum.cells;
}

function closedSecond(second: number, all: Cell, polling: number): ClosedSecond {
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
