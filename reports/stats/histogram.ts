import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type JsHistogram } from 'hdr-histogram-js';

type Numbers = Uint32Array | Float64Array;

/**
 * Latencies as value → count, values in µs. Sparse, so thousands of them fit in memory; merging is exact.
 * Values are the upper ends of HdrHistogram's buckets (3 significant digits), as its own percentiles are.
 */
export class LatencyCounts {
  /** null while it is only in order. */
  #counts: Map<number, number> | null = new Map();
  /** Smallest latency first. Made when it is asked for, given up with the next change. */
  #ordered: { readonly values: Numbers; readonly counts: Numbers } | null = null;
  #total = 0;

  /** Number of latencies. */
  get total(): number {
    return this.#total;
  }

  add(latencyUs: number, count: number): void {
    const counts = this.#changing();
    counts.set(latencyUs, (counts.get(latencyUs) ?? 0) + count);
    this.#total += count;
  }

  merge(other: LatencyCounts): void {
    const counts = this.#changing();
    this.#total += other.#total;
    if (other.#counts !== null) {
      for (const [latencyUs, count] of other.#counts) counts.set(latencyUs, (counts.get(latencyUs) ?? 0) + count);
      return;
    }
    const { values, counts: added } = other.#inOrder();
    for (let index = 0; index < values.length; index++) {
      const latencyUs = values[index] as number;
      counts.set(latencyUs, (counts.get(latencyUs) ?? 0) + (added[index] as number));
    }
  }

  /** Takes a fifth of the memory from here on, until the next change. */
  compact(): void {
    this.#inOrder();
    this.#counts = null;
  }

  /** Latency in µs of the `rank`-th smallest, 1-based; RangeError outside 1 … total. */
  atRank(rank: number): number {
    if (!(rank >= 1 && rank <= this.#total)) throw new RangeError(`rank ${rank} of ${this.#total} latencies`);
    const { values, counts } = this.#inOrder();
    let seen = 0;
    for (let index = 0; index < values.length; index++) {
      seen += counts[index] as number;
      if (seen >= rank) return values[index] as number;
    }
    throw new RangeError('counts do not add up');
  }

  /** Nearest-rank quantile in µs: the smallest latency that at least the share `q` does not exceed; null without samples. */
  quantile(q: number): number | null {
    return this.#total === 0 ? null : this.atRank(Math.max(1, Math.ceil(q * this.#total)));
  }

  /** How many latencies meet the test. */
  countWhere(test: (latencyUs: number) => boolean): number {
    let sum = 0;
    for (const [latencyUs, count] of this.sorted()) if (test(latencyUs)) sum += count;
    return sum;
  }

  /** [latency in µs, count], smallest first. */
  sorted(): [number, number][] {
    const { values, counts } = this.#inOrder();
    return Array.from(values, (latencyUs, index) => [latencyUs, counts[index] as number]);
  }

  #changing(): Map<number, number> {
    this.#counts ??= new Map(this.sorted());
    this.#ordered = null;
    return this.#counts;
  }

  #inOrder(): { readonly values: Numbers; readonly counts: Numbers } {
    if (this.#ordered !== null) return this.#ordered;
    const known = this.#counts ?? new Map<number, number>();
    const values = Float64Array.from(known.keys()).sort();
    const counts = Float64Array.from(values, (latencyUs) => known.get(latencyUs) as number);
    return (this.#ordered = { values: narrow(values), counts: narrow(counts) });
  }

  /** HdrHistogram V2, compressed, base64: the form of series.ndjson and measurements.json. */
  encode(): string {
    const sorted = this.sorted();
    const max = sorted.at(-1)?.[0] ?? 0;
    const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: Math.max(2, max), numberOfSignificantValueDigits: 3 });
    for (const [latencyUs, count] of sorted) histogram.recordValueWithCount(latencyUs, count);
    return encodeIntoCompressedBase64(histogram);
  }
}

/** Half the memory, where nothing is lost by it. */
function narrow(numbers: Float64Array): Numbers {
  const narrowed = Uint32Array.from(numbers);
  return narrowed.every((number, index) => number === numbers[index]) ? narrowed : numbers;
}

/** Reads what `LatencyCounts.encode` or the fold wrote; throws when it is not an encoded histogram. */
export function decodeLatencies(encoded: string): LatencyCounts {
  const histogram = decodeFromCompressedBase64(encoded, 32, false) as JsHistogram; // not the WebAssembly one
  const latencies = new LatencyCounts();
  for (let index = 0; latencies.total < histogram.totalCount; index++) {
    if (index >= histogram.countsArrayLength) throw new RangeError('histogram holds fewer counts than its total');
    const count = histogram.getCountAtIndex(index);
    if (count > 0) latencies.add(histogram.highestEquivalentValue(histogram.valueFromIndex(index)), count);
  }
  return latencies;
}
