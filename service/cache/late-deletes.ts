import { outsideRequests } from '../request-scope.ts';
import type { CacheArea } from './areas.ts';
import type { CacheStore } from './store.ts';

const retryMs = 250;
/** Beyond so many keys of one area the whole area is forgotten instead. */
const keysMax = 1000;

/**
 * Deletes that Redis did not take: they are done when it is back. What it kept through an outage would otherwise be told
 * for as long as its time to live, although it changed meanwhile.
 */
export class LateDeletes {
  readonly #store: CacheStore;
  readonly #keys = new Map<CacheArea, Set<string> | 'all'>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(store: CacheStore) {
    this.#store = store;
  }

  /** Without an id: the whole area. */
  add(area: CacheArea, id?: string): void {
    const keys = this.#keys.get(area) ?? new Set<string>();
    if (keys !== 'all') this.#keys.set(area, id === undefined || keys.size >= keysMax ? 'all' : keys.add(id));
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (!this.#closed) this.#timer ??= outsideRequests(() => setTimeout(() => void this.#retry(), retryMs).unref());
  }

  async #retry(): Promise<void> {
    for (const [area, keys] of this.#keys) {
      // What is added from now on is a list of its own.
      this.#keys.delete(area);
      try {
        await (keys === 'all' ? this.#store.forgetArea(area) : this.#store.forget(area, ...keys));
      } catch {
        if (keys === 'all') this.add(area);
        else for (const id of keys) this.add(area, id);
        break; // Redis is not back yet: one try at a time.
      }
    }
    this.#timer = undefined;
    if (this.#keys.size > 0) this.#schedule();
  }
}
