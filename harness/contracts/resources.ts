import Type, { type Static } from 'typebox';

/** resources.ndjson: one row per second and process, and one named "machine". A missing second is a gap, never filled in. */
export const ResourceRow = Type.Object(
  {
    second: Type.Number({ description: 'epoch second' }),
    process: Type.String({ description: 'api (or api-1 …, worker, consumer), haproxy, postgres, redis, broker-1…3, toxiproxy, gateway, k6-0, harness, supervisor; machine' }),
    cpuSeconds: Type.Optional(Type.Number({ description: 'CPU seconds used since the process started, children included' })),
    memoryBytes: Type.Optional(Type.Number({ description: 'resident memory' })),
    threads: Type.Optional(Type.Number()),
    descriptors: Type.Optional(Type.Number()),
    /** Figures the process publishes about itself, by metric name (pool, event loop, outbox, lag, breaker …); of Redis its commands a second, of Toxiproxy which proxies are open and how many toxics each has. */
    gauges: Type.Optional(Type.Record(Type.String(), Type.Number())),
  },
  { additionalProperties: false },
);
export type ResourceRow = Static<typeof ResourceRow>;
