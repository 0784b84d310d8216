import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { readHdr } from './hdr.ts';

type Numbers = Uint32Array | Float64Array;
/** Never changed once it is made: several may share it. */
interface InOrder {
  readonly values: Numbers;
  readonly counts: Numbers;
}

/**
 * Latencies as value → count, values in µs. Sparse, so thousands of them fit in memory; merging is exact.
 * Values are the upper ends of HdrHistogram's buckets (3 significant digits), as its own percentiles are.
 */
export class LatencyCounts {
  /** null while it is only in order. */
  #counts: Map<number, number> | null = new Map();
  /** Smallest latency first. Made when it is asked for, given up with the next change. */
  #ordered: InOrder | null = null;
  #total = 0;

  /** Each latency once, smallest first. */
  static inOrder(values: readonly number[], counts: readonly number[]): LatencyCounts {
    const latencies = new LatencyCounts();
    latencies.#ordered = { values: Float64Array.from(values), counts: Float64Array.from(counts) };
    latencies.#counts = null;
    latencies.#total = counts.reduce((sum, count) => sum + count, 0);
    return latencies;
  }

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
    if (this.#total === 0) {
      this.#ordered = other.#inOrder();
      this.#counts = null;
      this.#total = other.#total;
      return;
    }
    const { values, counts: added } = other.#inOrder();
    const counts = this.#changing();
    this.#total += other.#total;
    for (let index = 0; index < values.length; index++) {
      const latencyUs = values[index] as number;
      counts.set(latencyUs, (counts.get(latencyUs) ?? 0) + (added[index] as number));
    }
  }

  /** Takes a fifth of the memory from here on, until the next change. */
  compact(): void {
    const { values, counts } = this.#inOrder();
    this.#ordered = { values: narrow(values), counts: narrow(counts) };
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
    const { values, counts } = this.#inOrder();
    let sum = 0;
    for (let index = 0; index < values.length; index++) if (test(values[index] as number)) sum += counts[index] as number;
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

  #inOrder(): InOrder {
    if (this.#ordered !== null) return this.#ordered;
    const known = this.#counts ?? new Map<number, number>();
    const values = new Float64Array(known.size);
    const counts = new Float64Array(known.size);
    let size = 0;
    for (const latencyUs of known.keys()) values[size++] = latencyUs;
    values.sort();
    for (let index = 0; index < size; index++) counts[index] = known.get(values[index] as number) as number;
    return (this.#ordered = { values, counts });
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
function narrow(numbers: Numbers): Numbers {
  if (numbers instanceof Uint32Array) return numbers;
  const narrowed = new Uint32Array(numbers);
  for (let index = 0; index < numbers.length; index++) if (narrowed[index] !== numbers[index]) return numbers;
  return narrowed;
}

/** Reads what `LatencyCounts.encode` or the fold wrote; throws when it is not an encoded histogram. */
export function decodeLatencies(encoded: string): LatencyCounts {
  const { values, counts } = readHdr(encoded);
  return LatencyCounts.inOrder(values, counts);
}
