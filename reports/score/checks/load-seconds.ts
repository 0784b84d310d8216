import type { Measurements } from '../../../harness/contracts/measurements.ts';

/** Rows of the whole seconds between start and end of the load. */
export function loadSecondsOf({ seconds, loadStartMs, loadEndMs }: Measurements): Measurements['seconds'] {
  if (loadStartMs === null || loadEndMs === null) return [];
  return seconds.filter(({ second }) => second * 1000 >= loadStartMs && (second + 1) * 1000 <= loadEndMs);
}

/** Length of the load in seconds, 0 when it is not known. */
export function loadSeconds({ loadStartMs, loadEndMs }: Measurements): number {
  return loadStartMs === null || loadEndMs === null ? 0 : Math.max(0, (loadEndMs - loadStartMs) / 1000);
}
