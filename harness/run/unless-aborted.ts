import { setTimeout as sleep } from 'node:timers/promises';

/** What `work` gives; rejects with the reason of the abort when `signal` was aborted `graceMs` ago and it is still not done. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  const done = new AbortController();
  const aborted = async (): Promise<never> => {
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true, signal: done.signal }));
    await sleep(graceMs, undefined, { signal: done.signal });
    throw signal.reason;
  };
  return Promise.race([work, aborted()]).finally(() => done.abort());
}
