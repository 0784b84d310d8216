import { setTimeout as sleep } from 'node:timers/promises';
import type { RestartPolicy } from './api.ts';

/** How long one process is left alone before it is started again, and the way to call that off. */
export class Pauses {
  readonly #policy: RestartPolicy;
  readonly #off = new AbortController();
  #nextMs: number;

  constructor(policy: RestartPolicy) {
    this.#policy = policy;
    this.#nextMs = policy.pauseMsMin;
  }

  /** Waits its time after a process ended that had run for `ranMs`; false when it is not to be started again. */
  async pass(ranMs: number): Promise<boolean> {
    if (ranMs >= this.#policy.stableAfterMs) this.#nextMs = this.#policy.pauseMsMin;
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(2 * pauseMs, this.#policy.pauseMsMax);
    await sleep(pauseMs, undefined, { signal: this.#off.signal }).catch(() => undefined);
    return !this.#off.signal.aborted;
  }

  callOff(): void {
    this.#off.abort();
  }
}
