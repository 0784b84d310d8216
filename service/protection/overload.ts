import { performance, type EventLoopUtilization } from 'node:perf_hooks';

export interface OverloadSettings {
  /** part of the time the event loop is busy, 0 to 1 */
  readonly utilizationMax: number;
  /** ms that a timer may be late */
  readonly delayMsMax: number;
}

const tickMs = 100;
/** So long it must last before anybody is refused, and so long it must be over before nobody is. */
const sustainedMs = 1000;
const calmMs = 500;

/**
 * Whether this process has more to do than it can: its event loop is never idle and late with all it does, for a second.
 * Busy alone is no overload (it may just be well used), nor is late alone (a pause of the collector, another process).
 */
export class Overload {
  readonly #settings: OverloadSettings;
  #timer: NodeJS.Timeout | undefined;
  #lastMs = performance.now();
  #last: EventLoopUtilization = performance.eventLoopUtilization();
  #busyMs = 0;
  #quietMs = 0;
  #overloaded = false;
  #utilization = 0;

  constructor(settings: OverloadSettings) {
    this.#settings = settings;
  }

  get overloaded(): boolean {
    return this.#overloaded;
  }

  /** Of the last tick, 0 to 1. */
  get utilization(): number {
    return this.#utilization;
  }

  start(): void {
    this.#lastMs = performance.now();
    this.#last = performance.eventLoopUtilization();
    this.#timer = setInterval(() => this.#measure(), tickMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #measure(): void {
    const [nowMs, present] = [performance.now(), performance.eventLoopUtilization()];
    const elapsedMs = nowMs - this.#lastMs;
    this.#utilization = performance.eventLoopUtilization(present, this.#last).utilization;
    [this.#lastMs, this.#last] = [nowMs, present];
    this.tick(elapsedMs, elapsedMs - tickMs, this.#utilization);
  }

  /** One look: how long since the last, how late it comes, how busy the loop was in between. */
  tick(elapsedMs: number, lateMs: number, utilization: number): void {
    const bad = utilization >= this.#settings.utilizationMax && lateMs >= this.#settings.delayMsMax;
    this.#busyMs = bad ? this.#busyMs + elapsedMs : 0;
    this.#quietMs = bad ? 0 : this.#quietMs + elapsedMs;
    if (this.#busyMs >= sustainedMs) this.#overloaded = true;
    if (this.#quietMs >= calmMs) this.#overloaded = false;
  }
}
