/** A step of 1, 2 or 5 times a power of ten, so that about `count` of them cover `span`. */
export function niceStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const multiple = rough / power;
  return (multiple <= 1 ? 1 : multiple <= 2 ? 2 : multiple <= 5 ? 5 : 10) * power;
}

/** Multiples of a nice step from 0 up to and including the first one at or above `max`. */
export function ticksFromZero(max: number, count: number): readonly number[] {
  if (!(max > 0)) return [0, 1];
  const step = niceStep(max, count);
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** 1, 2 and 5 times powers of ten around [min, max], both > 0; of a wide range only its ends and the powers of ten. */
export function logTicks(min: number, max: number): readonly number[] {
  const from = Math.floor(Math.log10(min)) - 1;
  const all = Array.from({ length: Math.ceil(Math.log10(max)) - from + 1 }, (_, index) => [1, 2, 5].map((multiple) => Number((multiple * 10 ** (from + index)).toPrecision(3)))).flat();
  const first = all.findLastIndex((tick) => tick <= min);
  const last = Math.max(first + 1, all.findIndex((tick) => tick >= max));
  const inside = all.slice(first, last + 1);
  if (inside.length <= 6) return inside;
  return inside.filter((tick, index) => index === 0 || index === inside.length - 1 || Number.isInteger(Math.log10(tick)));
}

const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** Seconds since the start, at steps people count in, at most about nine of them. */
export function timeTicks(seconds: number): readonly number[] {
  const step = timeSteps.find((candidate) => seconds / candidate <= 10) ?? Math.ceil(seconds / 10 / 86_400) * 86_400;
  return Array.from({ length: Math.floor(seconds / step + 1e-9) + 1 }, (_, index) => index * step);
}

/** 40 → "40" (seconds) in a run of minutes at most, "1:30" beyond, "2:05" (hours and minutes) from an hour on. */
export function timeTickText(seconds: number, runSeconds: number): string {
  if (runSeconds < 180) return String(seconds);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return runSeconds < 3600 ? `${minutes}:${two(rest)}` : `${hours}:${two(minutes)}`;
}
