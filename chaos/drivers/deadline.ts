import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again, with a pause between, until something is seen; throws the name of the wait at its end. */
export async function untilSeen<T>({ what, withinMs, pauseMs }: { readonly what: string; readonly withinMs: number; readonly pauseMs: number }, look: () => Promise<T | undefined>): Promise<T> {
  for (const endMs = performance.now() + withinMs; ; await sleep(pauseMs)) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() >= endMs) throw new Error(`${what}: not within ${withinMs} ms`);
  }
}
