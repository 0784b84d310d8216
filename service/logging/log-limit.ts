/** Lets so many lines a second through, so that a crowd of the same failures neither fills the disk nor costs the time to serve. */
export class LogLimit {
  readonly #perSecond: number;
  #secondBegan = -Infinity;
  #taken = 0;
  #suppressed = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Number of lines left out since the last one that was written; undefined: leave this out too. */
  take(nowMs = performance.now()): number | undefined {
    if (nowMs - this.#secondBegan >= 1000) {
      this.#secondBegan = nowMs;
      this.#taken = 0;
    }
    if (this.#taken >= this.#perSecond) {
      this.#suppressed++;
      return undefined;
    }
    this.#taken++;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }
}
