import { cacheAreas } from '../../cache/areas.ts';
import { each, type MetricInfo } from '../metric-info.ts';

const areas = each('area', cacheAreas);

export const cache = {
  cacheRequests: { type: 'counter', name: 'cache_requests_total', help: 'Reads that asked the cache, by area', labels: ['area'], known: areas },
  cacheHits: { type: 'counter', name: 'cache_hits_total', help: 'Reads answered from the cache, by area', labels: ['area'], known: areas },
  cacheMisses: { type: 'counter', name: 'cache_misses_total', help: 'Reads the cache had no answer for, by area', labels: ['area'], known: areas },
  cacheStale: { type: 'counter', name: 'cache_stale_total', help: 'Hits on an entry that is due for renewal: told within its time to live while somebody renews it', labels: ['area'], known: areas },
  cacheOutdated: { type: 'counter', name: 'cache_outdated_total', help: 'Hits on an entry that this process had read before and then forgotten: an invalidation did not hold', labels: ['area'], known: areas },
  cacheWaits: { type: 'counter', name: 'cache_stampede_waits_total', help: 'Looks at the cache while another process was loading the same', labels: ['area'], known: areas },
  cacheRefused: { type: 'counter', name: 'cache_late_stores_total', help: 'Loads that were not stored, because what they read was changed meanwhile', labels: ['area'], known: areas },
  cacheInvalidations: { type: 'counter', name: 'cache_invalidations_total', help: 'Times an entry or a whole area was forgotten', labels: ['area'], known: areas },
  cacheEntries: { type: 'gauge', name: 'cache_entries', help: 'Entries in Redis, by area; one that was deleted counts until it would have run out', labels: ['area'], known: areas },
  cacheLoad: { type: 'histogram', name: 'cache_load_seconds', help: 'Time to load what was not in the cache', labels: ['area'], buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2] },
  cacheTtlFactor: { type: 'gauge', name: 'cache_ttl_factor', help: 'What times to live are multiplied by: above 1 while loads are slow', labels: [] },
} as const satisfies Record<string, MetricInfo>;
