import { logTicks, ticksFromZero } from './ticks.ts';

/** Maps a value to its share of an axis: 0 at the origin, 1 at the far end. */
export interface Scale {
  readonly kind: 'linear' | 'log';
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** From 0 to a round number at or above `max`. */
export function linearScale(max: number, tickCount = 4): Scale {
  const ticks = ticksFromZero(max, tickCount);
  const end = ticks.at(-1)!;
  return { kind: 'linear', ticks, at: (value) => clamp(value / end) };
}

/** Round numbers around [min, max]; both must be > 0. */
export function logScale(min: number, max: number): Scale {
  const ticks = logTicks(min, max);
  const [from, to] = [Math.log10(ticks[0]!), Math.log10(ticks.at(-1)!)];
  return { kind: 'log', ticks, at: (value) => (value > 0 ? clamp((Math.log10(value) - from) / (to - from)) : 0) };
}

/** Logarithmic when the values differ so much that the small ones would lie on the axis, linear otherwise. */
export function latencyScale(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return linearScale(1);
  const [min, max] = [Math.min(...positive), Math.max(...positive)];
  return max / min > 20 ? logScale(min, max) : linearScale(max);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
