/** An average over fewer seconds would be noise: CPU is counted in ticks of 10 ms, read once a second. */
const WINDOW_SECONDS = 10;

/** The most that was used per second in any ten seconds in a row; in all of them, while there are fewer. */
export class BusiestWindow {
  #window: { readonly second: number; readonly used: number }[] = [];
  #max: number | null = null;
  #firstSecond: number | undefined;

  /** In order. `used` since the reading before: over a gap, all of it counts to the second after. */
  add(second: number, used: number): void {
    this.#firstSecond ??= second;
    this.#window = [...this.#window.filter((one) => one.second > second - WINDOW_SECONDS), { second, used }];
    const seen = second - this.#firstSecond + 1;
    const perSecond = this.#window.reduce((sum, one) => sum + one.used, 0) / Math.min(seen, WINDOW_SECONDS);
    this.#max = seen <= WINDOW_SECONDS ? perSecond : Math.max(this.#max ?? 0, perSecond);
  }

  /** null: nothing was read. */
  get max(): number | null {
    return this.#max;
  }
}
