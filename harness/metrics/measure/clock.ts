import type { ResourceRow } from '../../contracts/resources.ts';
import { CLOCK_GAUGE } from '../machine.ts';

/** Largest step of the machine's clock: the wall clock against the monotonic one, from one reading to the next. */
export class Clock {
  #last: number | undefined;
  #stepMs: number | null = null;

  add({ gauges }: ResourceRow): void {
    const ahead = gauges?.[CLOCK_GAUGE];
    if (ahead === undefined) return;
    if (this.#last !== undefined) this.#stepMs = Math.max(this.#stepMs ?? 0, Math.abs(ahead - this.#last));
    this.#last = ahead;
  }

  /** ms; null without two readings. */
  get stepMs(): number | null {
    return this.#stepMs;
  }
}
