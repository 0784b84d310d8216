import { inflateSync } from 'node:zlib';

const COMPRESSED_COOKIE = 0x1c849304;
const COOKIE = 0x1c849303;
const HEADER_BYTES = 40;
/** The low byte of a cookie holds the size of a word in its upper half. */
const baseOf = (cookie: number): number => cookie & ~0xf0;

/**
 * Reads an HdrHistogram, V2, compressed, base64: the upper ends of the buckets that hold anything, smallest first, and their
 * counts. The library's own reader gives the same (the tests compare them), but makes an array of all buckets on its way, 60 KB
 * for each of a long run's many thousand rows. Throws when it is not one, or not a whole one.
 *
 * Format: cookie, length, then deflated: cookie, length of the counts, an offset that is not used, significant digits,
 * least value (int64), largest value, a ratio that is not used; counts as ZigZag LEB128 (at most 9 bytes), a negative one standing
 * for as many empty buckets. See AbstractHistogram.java of HdrHistogram.
 */
export function readHdr(encoded: string): { values: number[]; counts: number[] } {
  const outer = Buffer.from(encoded, 'base64');
  if (outer.length < 8 || baseOf(outer.readInt32BE(0)) !== COMPRESSED_COOKIE) throw new RangeError('not a compressed histogram, V2');
  const bytes = inflateSync(outer.subarray(8, 8 + outer.readInt32BE(4)));
  if (bytes.length < HEADER_BYTES || baseOf(bytes.readInt32BE(0)) !== COOKIE) throw new RangeError('not a histogram, V2');
  const end = HEADER_BYTES + bytes.readInt32BE(4);
  if (end > bytes.length) throw new RangeError('histogram is cut');
  const upperEnd = upperEnds(bytes.readInt32BE(12), Number(bytes.readBigInt64BE(16)));
  const values: number[] = [];
  const counts: number[] = [];
  let bucket = 0;
  for (let at = HEADER_BYTES; at < end; ) {
    let zigzag = 0;
    let byte = 0x80;
    for (let index = 0; index < 9 && (byte & 0x80) !== 0; index++) {
      if (at >= end) throw new RangeError('histogram is cut');
      byte = bytes[at++] as number;
      // The ninth byte has no flag: all its bits count.
      zigzag += (index === 8 ? byte : byte & 0x7f) * 2 ** (7 * index);
    }
    if (zigzag % 2 === 1) {
      bucket += (zigzag + 1) / 2;
      continue;
    }
    if (zigzag > 0) {
      values.push(upperEnd(bucket));
      counts.push(zigzag / 2);
    }
    bucket++;
  }
  return { values, counts };
}

/** The largest value that counts in a bucket; each half of 2^m buckets is twice as wide as the one before. */
function upperEnds(digits: number, leastValue: number): (bucket: number) => number {
  if (!(digits >= 0 && digits <= 5) || !(leastValue >= 1)) throw new RangeError('histogram has an impossible resolution');
  const unit = Math.floor(Math.log2(leastValue));
  const half = 2 ** (Math.max(1, Math.ceil(Math.log2(2 * 10 ** digits))) - 1);
  return (bucket) => {
    const doubled = Math.max(0, Math.floor(bucket / half) - 1);
    const width = 2 ** (doubled + unit);
    return (bucket - doubled * half + 1) * width - 1;
  };
}
