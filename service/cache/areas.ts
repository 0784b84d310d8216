/** What is cached, each with its own time to live; also the label `area` of the cache's metrics. */
export const cacheAreas = ['concerts', 'concert', 'schedules', 'seats', 'ranking'] as const;
export type CacheArea = (typeof cacheAreas)[number];

/** What a load found, and for how long it may be told again. */
export interface Loaded {
  readonly body: unknown;
  readonly ttlMs: number;
}

/** Reads one thing from where it is true; undefined: there is no such thing. */
export type Load = (id: string) => Promise<Loaded | undefined>;
