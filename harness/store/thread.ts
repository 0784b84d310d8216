import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * What is alive takes a quarter of this, or less. The limit is there so that the garbage of a thread is collected while
 * there is little of it: without one it lets hundreds of MiB come together first.
 */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 24 };

/** Has a module do some work in a thread of its own; resolves with the one message it posts, rejects when it throws or reaches its limit of memory. */
export async function inThread<Result>(module: URL, workerData: unknown): Promise<Result> {
  const [result] = (await once(new Worker(module, { workerData, resourceLimits }), 'message')) as [Result];
  return result;
}
