import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type JsHistogram } from 'hdr-histogram-js';

/**
 * Latencies as value → count, values in µs. Sparse, so thousands of them fit in memory; merging is exact.
 * Values are the upper ends of HdrHistogram's buckets (3 significant digits), as its own percentiles are.
 */
export class LatencyCounts {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** Number of latencies. */
  get total(): number {
    return this.#total;
  }

  add(latencyUs: number, count: number): void {
    this.#counts.set(latencyUs, (this.#counts.get(latencyUs) ?? 0) + count);
    this.#total += count;
  }

  merge(other: LatencyCounts): void {
    for (const [latencyUs, count] of other.#counts) this.add(latencyUs, count);
  }

  /** Latency in µs of the `rank`-th smallest, 1-based; RangeError outside 1 … total. */
  atRank(rank: number): number {
    if (!(rank >= 1 && rank <= this.#total)) throw new RangeError(`rank ${rank} of ${this.#total} latencies`);
    let seen = 0;
    for (const [latencyUs, count] of this.sorted()) {
      seen += count;
      if (seen >= rank) return latencyUs;
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
    for (const [latencyUs, count] of this.#counts) if (test(latencyUs)) sum += count;
    return sum;
  }

  /** [latency in µs, count], smallest first. */
  sorted(): [number, number][] {
    return [...this.#counts].sort((a, b) => a[0] - b[0]);
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
