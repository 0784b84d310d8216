/** A source of numbers in [0, 1), the same for the same seed. */
export type Random = () => number;

/** mulberry32, seeded by the run's seed and the number of the user, so that a run can be repeated user by user. */
export function seededRandom(seed: number, user: number): Random {
  // Both go through a mix of their own: neighbouring users must not get neighbouring streams.
  let state = (mix(seed >>> 0) ^ mix((user + 0x9e3779b9) >>> 0)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function mix(value: number): number {
  const a = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  const b = Math.imul(a ^ (a >>> 16), 0x45d9f3b);
  return (b ^ (b >>> 16)) >>> 0;
}

/** A whole number from `min` to `max`, both included. */
export function wholeBetween(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

/** `value`, more or less by up to half: people do not think in step. */
export function jittered(random: Random, value: number): number {
  return value * (0.5 + random());
}

/** One of the items; undefined when there is none. */
export function oneOf<T>(random: Random, items: readonly T[]): T | undefined {
  return items[Math.floor(random() * items.length)];
}

export const freeMark = '"AVAILABLE"';

/**
 * The number of a free seat, looked up in the text of a seat map from a random place on; undefined when none is free.
 * Only the one seat is parsed: taking a map of thousands of seats apart for each user costs more than all the rest.
 */
export function freeSeat(random: Random, seatMap: string): number | undefined {
  const from = Math.floor(random() * seatMap.length);
  let at = seatMap.indexOf(freeMark, from);
  if (at === -1) at = seatMap.indexOf(freeMark);
  if (at === -1) return undefined;
  const seat: unknown = JSON.parse(seatMap.slice(seatMap.lastIndexOf('{', at), seatMap.indexOf('}', at) + 1));
  const { seatNo } = seat as { seatNo?: unknown };
  return typeof seatNo === 'number' ? seatNo : undefined;
}
