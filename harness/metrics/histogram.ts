import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** An empty latency histogram: µs, 3 significant digits, grows by itself. */
export function emptyHistogram(): Histogram {
  return build({ bitBucketSize: 32, autoResize: true, lowestDiscernibleValue: 1, highestTrackableValue: 2, numberOfSignificantValueDigits: 3 });
}

// One scratch histogram for all rows: the fold encodes them one after the other, and an empty one costs 50 KB.
const scratch = emptyHistogram();

/** Latencies in µs as HdrHistogram V2, compressed, base64 (see contracts/series.ts). */
export function encodeLatencies(latenciesUs: readonly number[]): string {
  scratch.reset();
  for (const latencyUs of latenciesUs) scratch.recordValue(latencyUs);
  return encodeIntoCompressedBase64(scratch);
}

/** The histogram of a series row; throws when the text is not one. */
export function decodeHistogram(encoded: string): Histogram {
  return decodeFromCompressedBase64(encoded, 32, false);
}
