/** At most so many within any window of time. Remembers one number for each that passed. Times never go back. */
export class SlidingWindow {
  readonly #limit: number;
  readonly #windowMs: number;
  #passedMs: number[] = [];

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** ms until the next may pass; 0: now. */
  waitMs(nowMs: number): number {
    const sinceMs = nowMs - this.#windowMs;
    if ((this.#passedMs[0] ?? Infinity) <= sinceMs) this.#passedMs = this.#passedMs.filter((ms) => ms > sinceMs);
    const [oldestMs] = this.#passedMs;
    return oldestMs !== undefined && this.#passedMs.length >= this.#limit ? oldestMs + this.#windowMs - nowMs : 0;
  }

  pass(nowMs: number): void {
    this.#passedMs.push(nowMs);
  }
}
