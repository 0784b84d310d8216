/** How far admission of a queue went. */
export interface Progress {
  /** the last place that admission has passed */
  readonly watermark: number;
  /** places behind it that ended without their turn, ascending */
  readonly givenUp: readonly number[];
}

/** How many are in front, the place itself included; 0 when admission went past it. */
export function positionOf(seq: number, { watermark, givenUp }: Progress): number {
  return seq <= watermark ? 0 : seq - watermark - countBelow(givenUp, seq);
}

export function isGivenUp(seq: number, { givenUp }: Progress): boolean {
  return givenUp[countBelow(givenUp, seq)] === seq;
}

/** How many of these ascending numbers are below `limit`. */
function countBelow(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

const pollMsMin = 250;
const pollMsMax = 5000;

/**
 * When to ask again, in ms: about a tenth of the expected wait, from 250 ms at the front to 5 s far behind, spread by ±20 %
 * so that those who came together do not ask together.
 * `random` is in [0, 1).
 */
export function pollAfterMs(position: number, admissionPerSecond: number, random: number): number {
  const expectedWaitMs = (position / admissionPerSecond) * 1000;
  const base = Math.min(pollMsMax / 1.2, Math.max(pollMsMin / 0.8, expectedWaitMs / 10));
  return Math.round(base * (0.8 + 0.4 * random));
}
