import { each, type MetricInfo } from '../metric-info.ts';

const areas = each('area', ['schedules', 'seats']);

export const cache = {
  cacheRequests: { type: 'counter', name: 'cache_requests_total', help: 'Reads that asked the cache, by area', labels: ['area'], known: areas },
  cacheHits: { type: 'counter', name: 'cache_hits_total', help: 'Reads answered from the cache, by area', labels: ['area'], known: areas },
} as const satisfies Record<string, MetricInfo>;
