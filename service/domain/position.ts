/** How many are in front, the place itself included; 0 when admission went past it. */
export function positionOf(seq: number, watermark: number): number {
  return Math.max(0, seq - watermark);
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
