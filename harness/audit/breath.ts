import { setImmediate } from 'node:timers/promises';

/** Files are read without waiting, which is many times quicker; before each such piece of work others have their turn. */
export async function breath<T>(work: () => T): Promise<T> {
  await setImmediate();
  return work();
}
