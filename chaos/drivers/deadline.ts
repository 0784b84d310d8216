import { setTimeout as sleep } from 'node:timers/promises';

export interface Wait {
  /** What is waited for, in the words of the error; as a function, in those of its end. */
  readonly what: string | (() => string);
  readonly withinMs: number;
  readonly pauseMs: number;
}

/** Looks again and again, with a pause between, until something is seen, that is neither false nor undefined; throws the name of the wait at its end. */
export async function untilSeen<T>({ what, withinMs, pauseMs }: Wait, look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (const endMs = performance.now() + withinMs; ; await sleep(pauseMs)) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() >= endMs) throw new Error(`${typeof what === 'string' ? what : what()}: not within ${withinMs} ms`);
  }
}
