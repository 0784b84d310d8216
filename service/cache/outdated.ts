import { LRUCache } from 'lru-cache';
import type { Entry } from './entry.ts';

/** Entries this process remembers; one that is not remembered is not noticed. */
const keysMax = 1000;

/**
 * Notices entries that come back from Redis although this process has read them before and has forgotten them since.
 * Only counted: they are told, for their time to live bounds how old they get, and PostgreSQL decides what is sold.
 */
export class Outdated {
  /** By key: when the entry is to be renewed, which is another time for each load. */
  readonly #read = new LRUCache<string, number>({ max: keysMax });
  readonly #forgotten = new LRUCache<string, number>({ max: keysMax });

  /** Whether this entry should not be there. `isSettled`: nothing was forgotten while it was read. */
  read(key: string, { renewAtMs }: Entry, isSettled: boolean): boolean {
    this.#read.set(key, renewAtMs);
    return isSettled && this.#forgotten.get(key) === renewAtMs;
  }

  /** What this process has read last, for `forgot`. */
  lastRead(key: string): number | undefined {
    return this.#read.get(key);
  }

  /** Redis has forgotten it: what was read before is not to come again. */
  forgot(key: string, lastRead: number | undefined): void {
    if (lastRead !== undefined) this.#forgotten.set(key, lastRead);
  }
}
