/** Calls of one key: in the present slot of time, and in the one before it. A slot is as long as the window. */
export interface Slots {
  slot: number;
  present: number;
  before: number;
}

export interface Allowance {
  /** calls that are left; below 1 this one is too many */
  readonly left: number;
  /** ms until this one would be allowed; 0 when it is */
  readonly waitMs: number;
  /** ms until the present slot ends */
  readonly resetMs: number;
}

/** The slots as they are at `nowMs`: moved on when time did. */
export function slotsAt(known: Slots | undefined, nowMs: number, windowMs: number): Slots {
  const slot = Math.floor(nowMs / windowMs);
  if (known?.slot === slot) return known;
  return { slot, present: 0, before: known?.slot === slot - 1 ? known.present : 0 };
}

/**
 * A sliding window by two counters: the calls of the slot before count for the part of it that the window still covers,
 * as if they had come evenly. The Lua script of rate-limiter.ts computes the same.
 */
export function allowanceOf({ present, before }: Slots, max: number, nowMs: number, windowMs: number): Allowance {
  const resetMs = windowMs - (nowMs % windowMs);
  const left = Math.floor(max - present - (before * resetMs) / windowMs);
  if (left >= 1) return { left, waitMs: 0, resetMs };
  const waitMs = present < max ? resetMs - ((max - 1 - present) * windowMs) / before : resetMs + windowMs - ((max - 1) * windowMs) / present;
  return { left: 0, waitMs: Math.ceil(waitMs), resetMs };
}
