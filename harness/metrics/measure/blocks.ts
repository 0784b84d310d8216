import { blockError, BLOCKS_FROM_SECONDS } from '../../../reports/stats/blocks.ts';
import type { LatencyCounts } from '../../../reports/stats/histogram.ts';
import type { PhaseEndpoint } from '../../contracts/measurements.ts';
import type { Plan } from '../../contracts/plan.ts';
import { PhaseOfSecond, type Phases } from './phases.ts';

/** Errors of those quantiles that the objectives ask for, in phases that are long enough: they need the latencies of each second. */
export class Blocks {
  /** endpoint ("*": all of them) → quantiles */
  readonly #quantiles: ReadonlyMap<string, ReadonlySet<number>>;
  readonly #phases: ReadonlySet<string>;
  readonly #phaseOf: PhaseOfSecond;

  constructor({ objectives }: Plan['sla'], phases: Phases) {
    const { parts } = phases;
    this.#phaseOf = new PhaseOfSecond(phases);
    const asked = objectives.flatMap(({ metric, endpoint = '*', quantile }) => (metric === 'latencyMs' && quantile !== undefined ? [{ endpoint, quantile }] : []));
    this.#quantiles = new Map([...Map.groupBy(asked, ({ endpoint }) => endpoint)].map(([endpoint, its]) => [endpoint, new Set(its.map(({ quantile }) => quantile))]));
    const lengthMs = (id: string): number => parts.filter((part) => part.id === id).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    this.#phases = new Set(parts.map(({ id }) => id).filter((id) => lengthMs(id) >= BLOCKS_FROM_SECONDS * 1000));
  }

  wants(phase: string, endpoint: string): boolean {
    return this.#phases.has(phase) && this.#quantiles.has(endpoint);
  }

  /** Empty where nothing is asked for. `seconds`: the parts of `all`, in any order. */
  errorsOf(phase: string, endpoint: string, all: LatencyCounts, seconds: readonly (readonly [second: number, LatencyCounts])[]): NonNullable<PhaseEndpoint['blockErrors']> {
    if (!this.wants(phase, endpoint)) return [];
    const inOrder = seconds.toSorted(([a], [b]) => a - b).map(([second, latencies]) => ({ stratum: phase === 'whole' ? (this.#phaseOf.ofReading(second)[0] ?? '') : '', latencies }));
    return [...(this.#quantiles.get(endpoint) ?? [])].flatMap((quantile) => {
      const quantileUs = all.quantile(quantile);
      const error = quantileUs === null ? null : blockError(inOrder, quantileUs, quantile);
      return error === null ? [] : [{ quantile, ...error }];
    });
  }
}
