import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { Context, Visit } from '../context.ts';
import { unavailable } from '../domain/problem.ts';
import { SingleFlight } from '../domain/single-flight.ts';
import { outsideRequests } from '../request-scope.ts';
import { cacheAreas, type CacheArea, type Load } from './areas.ts';
import { entryOf, type Entry } from './entry.ts';
import { LateDeletes } from './late-deletes.ts';
import { LoadTimes } from './load-times.ts';
import { Outdated } from './outdated.ts';
import { CacheStore } from './store.ts';

export interface CachedText extends Pick<Entry, 'text' | 'etag'> {
  readonly hit: boolean;
}

/** No more loads than this reach PostgreSQL at once from one process; the rest share or wait. */
const loadsAtOnce = 4;
/** After this part of its time to live an entry is renewed by one reader, while the others are told the old one. */
const renewAfter = 0.8;
/** Longest wait for another process that is loading the same; it looks again every `lookMs`. */
const waitMs = 500;
const lookMs = 20;
/** After a renewal that did not succeed, or that somebody else is doing. */
const renewPauseMs = 100;
/** Without Redis each process keeps what it loaded for at most so long. */
const aloneMs = 1000;
/** Each process keeps at most so much. */
const localBytesMax = 16 * 1024 * 1024;

/** What this process keeps for itself. */
interface Kept {
  readonly entry: Entry;
  /** epoch ms */
  readonly untilMs: number;
  /** It was loaded while Redis was gone, and is told only as long as it is gone. */
  readonly alone: boolean;
}

/**
 * Reads through Redis: one GET when the answer is there. When it is not, one process of all loads it, and in that process
 * one call, so that neither a cold cache nor a lost one turns into a stampede on PostgreSQL. Nothing that does not exist is
 * cached. A process keeps what it read for a moment, so that what everybody looks at is not even asked for each time.
 * Without Redis each process shares loads, a few at once in all, and keeps the answers for a second.
 */
export class CachedReads {
  readonly #context: Context;
  readonly #store: CacheStore;
  readonly #late: LateDeletes;
  readonly #times: LoadTimes;
  readonly #flights = new SingleFlight<Entry | undefined>();
  readonly #limit = pLimit(loadsAtOnce);
  readonly #renewing = new Set<string>();
  readonly #local = new LRUCache<string, Kept>({ maxSize: localBytesMax, sizeCalculation: ({ entry }) => entry.text.length + 1 });
  readonly #outdated = new Outdated();
  /** Counts what was forgotten: an answer that was on its way meanwhile may be old, and is not kept. */
  #forgotten = 0;
  readonly #counters: Readonly<Record<CacheArea, ReturnType<typeof countersOf>>>;

  constructor(context: Context) {
    this.#context = context;
    this.#store = new CacheStore(context.redis);
    this.#late = new LateDeletes(this.#store);
    this.#times = new LoadTimes(context.config.cacheSlowLoadMs, context.config.cacheSlowTtlFactor);
    this.#counters = Object.fromEntries(cacheAreas.map((area) => [area, countersOf(context, area)])) as Record<CacheArea, ReturnType<typeof countersOf>>;
  }

  /** undefined: `load` says that there is no such thing. */
  async read(area: CacheArea, id: string, visit: Visit, load: Load): Promise<CachedText | undefined> {
    const counters = this.#counters[area];
    counters.requests.inc();
    const key = keyOf(area, id);
    const kept = this.#local.get(key);
    if (kept && !kept.alone && kept.untilMs > Date.now()) {
      counters.hits.inc();
      return { text: kept.entry.text, etag: kept.entry.etag, hit: true };
    }
    const forgotten = this.#forgotten;
    let entry: Entry | undefined;
    try {
      entry = await this.#store.get(area, id);
    } catch {
      visit.degraded.add('redis');
      return await this.#withoutRedis(area, id, visit, load);
    }
    if (entry) {
      counters.hits.inc();
      if (this.#outdated.read(key, entry, forgotten === this.#forgotten)) counters.outdated.inc();
      if (entry.renewAtMs <= Date.now()) {
        counters.stale.inc();
        this.#renew(area, id, load);
      } else if (forgotten === this.#forgotten) this.#keep(key, entry, this.#context.config.cacheLocalMs, false);
      return { text: entry.text, etag: entry.etag, hit: true };
    }
    counters.misses.inc();
    const fresh = await this.#flights.run(key, () => this.#loadOnce(area, id, visit, load));
    return fresh && { text: fresh.text, etag: fresh.etag, hit: false };
  }

  /** This changed: what is cached, and what is being loaded just now, is not told any more. */
  async forget(area: CacheArea, id: string, visit?: Visit): Promise<void> {
    const key = keyOf(area, id);
    this.#forgotten++;
    this.#flights.forget(key);
    this.#local.delete(key);
    this.#counters[area].invalidations.inc();
    const before = this.#outdated.lastRead(key);
    try {
      await this.#store.forget(area, id);
      this.#outdated.forgot(key, before);
    } catch {
      visit?.degraded.add('redis');
      this.#late.add(area, id);
    }
  }

  /** As `forget`, for all there is of an area. */
  async forgetArea(area: CacheArea): Promise<void> {
    this.#forgotten++;
    this.#local.clear();
    this.#counters[area].invalidations.inc();
    await this.#store.forgetArea(area).catch(() => this.#late.add(area));
  }

  /**
   * Loads and stores it now, whatever is there; whoever is loading it just now stores nothing. `absent`: there is no such
   * thing, and it is forgotten; `deferred`: Redis does not take it, and forgets it when it is back. Rejects as `load` does.
   */
  async write(area: CacheArea, id: string, load: Load): Promise<'written' | 'absent' | 'deferred'> {
    const token = randomUUID();
    const seized = await this.#store.seize(area, id, token).then(() => true, () => false);
    const written = seized && (await this.#fill(area, id, token, load));
    if (written) return 'written';
    await this.forget(area, id);
    return seized ? 'absent' : 'deferred';
  }

  /** Entries of each area in Redis. */
  async measure(): Promise<void> {
    for (const area of cacheAreas) this.#context.metrics.cacheEntries.set({ area }, await this.#store.size(area));
  }

  close(): void {
    this.#late.close();
  }

  /** Redis is there and has nothing: load it, or wait for whoever does. */
  async #loadOnce(area: CacheArea, id: string, visit: Visit, load: Load): Promise<Entry | undefined> {
    const token = randomUUID();
    const claim = await this.#claim(area, id, token).catch(() => void visit.degraded.add('redis'));
    if (typeof claim === 'object') return claim;
    if (claim === 'ours') return await this.#fill(area, id, token, load, visit.deadlineMs);
    return (await this.#load(area, id, load, visit.deadlineMs))?.entry;
  }

  /** The right to load, or what has come meanwhile; `taken`: another process has been loading for longer than is worth waiting. */
  async #claim(area: CacheArea, id: string, token: string): Promise<'ours' | 'taken' | Entry> {
    for (const giveUpMs = Date.now() + waitMs; ; await sleep(lookMs)) {
      const claim = await this.#store.claim(area, id, token, false);
      if (claim === 'ours') return claim;
      const entry = claim === 'there' ? await this.#store.get(area, id) : undefined;
      if (entry) return entry;
      if (Date.now() >= giveUpMs) return 'taken';
      this.#counters[area].waits.inc();
    }
  }

  /** Loads and stores under the claim, and ends it in any case. */
  async #fill(area: CacheArea, id: string, token: string, load: Load, deadlineMs?: number): Promise<Entry | undefined> {
    let loaded: { entry: Entry; ttlMs: number } | undefined;
    try {
      loaded = await this.#load(area, id, load, deadlineMs);
    } finally {
      // A claim that is not released runs out by itself.
      if (!loaded) this.#store.release(area, id, token).catch(() => undefined);
    }
    if (!loaded) return undefined;
    const stored = await this.#store.store(area, id, token, loaded.entry, loaded.ttlMs).catch(() => undefined);
    if (stored === false) this.#counters[area].refused.inc();
    return loaded.entry;
  }

  async #load(area: CacheArea, id: string, load: Load, deadlineMs = Infinity): Promise<{ entry: Entry; ttlMs: number } | undefined> {
    const { metrics } = this.#context;
    return await this.#limit(async () => {
      if (Date.now() >= deadlineMs) throw unavailable('REQUEST_TIMEOUT', 'no turn to read it came within the time budget');
      const startedMs = performance.now();
      try {
        const loaded = await load(id);
        if (!loaded) return undefined;
        const ttlMs = loaded.ttlMs * this.#times.ttlFactor;
        return { entry: entryOf(JSON.stringify(loaded.body), Date.now() + ttlMs * renewAfter), ttlMs };
      } finally {
        const tookMs = performance.now() - startedMs;
        this.#times.observe(tookMs);
        metrics.cacheTtlFactor.set(this.#times.ttlFactor);
        metrics.cacheLoad.observe({ area }, tookMs / 1000);
      }
    });
  }

  /** Renews in the background, one process of all; until it is done, or if it fails, the old entry is told to its end. */
  #renew(area: CacheArea, id: string, load: Load): void {
    const key = keyOf(area, id);
    if (this.#renewing.has(key)) return;
    this.#renewing.add(key);
    const renewal = async (): Promise<void> => {
      const token = randomUUID();
      const ours = (await this.#store.claim(area, id, token, true)) === 'ours';
      if (!ours || !(await this.#fill(area, id, token, load))) await sleep(renewPauseMs);
    };
    void outsideRequests(renewal)
      .catch(() => sleep(renewPauseMs))
      .finally(() => this.#renewing.delete(key));
  }

  async #withoutRedis(area: CacheArea, id: string, visit: Visit, load: Load): Promise<CachedText | undefined> {
    const key = keyOf(area, id);
    const kept = this.#local.get(key);
    if (kept && kept.untilMs > Date.now()) {
      this.#counters[area].hits.inc();
      return { text: kept.entry.text, etag: kept.entry.etag, hit: true };
    }
    this.#counters[area].misses.inc();
    const fresh = await this.#flights.run(key, async () => {
      const forgotten = this.#forgotten;
      const loaded = await this.#load(area, id, load, visit.deadlineMs);
      if (loaded && forgotten === this.#forgotten) this.#keep(key, loaded.entry, aloneMs, true);
      return loaded?.entry;
    });
    return fresh && { text: fresh.text, etag: fresh.etag, hit: false };
  }

  /** Not beyond the time from which it is to be renewed, so that nothing is told for longer than its time to live. */
  #keep(key: string, entry: Entry, forMs: number, alone: boolean): void {
    if (forMs > 0) this.#local.set(key, { entry, untilMs: Math.min(Date.now() + forMs, entry.renewAtMs), alone });
  }
}

const keyOf = (area: CacheArea, id: string): string => `${area}:${id}`;

/** The counters of an area; looked up once, for a read from the cache is to cost next to nothing. */
function countersOf({ metrics }: Context, area: CacheArea) {
  return {
    requests: metrics.cacheRequests.labels({ area }),
    hits: metrics.cacheHits.labels({ area }),
    misses: metrics.cacheMisses.labels({ area }),
    stale: metrics.cacheStale.labels({ area }),
    outdated: metrics.cacheOutdated.labels({ area }),
    waits: metrics.cacheWaits.labels({ area }),
    refused: metrics.cacheRefused.labels({ area }),
    invalidations: metrics.cacheInvalidations.labels({ area }),
  };
}
