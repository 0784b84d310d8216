import type { Logger } from 'pino';
import { outsideRequests } from '../request-scope.ts';

/** How a loop of this process fares. */
export interface LoopState {
  readonly name: string;
  readonly rounds: number;
  readonly failures: number;
  /** epoch ms; undefined before the first round is over */
  readonly lastRoundAtMs: number | undefined;
  /** of the last round; empty when it went well */
  readonly lastError: string;
}

export interface Loop {
  readonly state: LoopState;
  /** Does the work as soon as possible; many calls while it runs lead to one more round. */
  wake(): void;
  /** Resolves when the present round is over; no more follow. */
  stop(): Promise<void>;
}

/**
 * Does a piece of work again and again: when woken, and otherwise after the number of ms that the round returns; woken
 * again and again it rests `restMs` in between, so that a crowd's wake-ups become few rounds. A round that fails is
 * logged once per message and tried again after `retryMs`; it never ends the process.
 */
export function startLoop(name: string, log: Logger, round: () => Promise<number>, { retryMs = 500, restMs = 0 }: { readonly retryMs?: number; readonly restMs?: number } = {}): Loop {
  let stopped = false;
  let running: Promise<void> | undefined;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  const state = { name, rounds: 0, failures: 0, lastRoundAtMs: undefined as number | undefined, lastError: '' };
  let endedMs = -Infinity;

  const run = async (): Promise<void> => {
    let pauseMs = retryMs;
    try {
      pauseMs = await round();
      state.lastError = '';
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== state.lastError) log.warn({ event: 'worker.failed', worker: name, error: message }, `${name} failed; trying again`);
      state.lastError = message;
      state.failures++;
      again = false; // A failing dependency must not be hammered by wake-ups.
    }
    running = undefined;
    state.rounds++;
    state.lastRoundAtMs = Date.now();
    endedMs = performance.now();
    if (!stopped) timer = setTimeout(start, again ? restMs : pauseMs);
  };
  const start = (): void => {
    clearTimeout(timer);
    again = false;
    running = outsideRequests(run);
  };
  start();
  return {
    state,
    wake() {
      if (stopped) return;
      if (running) again = true;
      else if (state.lastError === '') {
        clearTimeout(timer);
        timer = setTimeout(start, Math.max(0, endedMs + restMs - performance.now()));
      }
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
