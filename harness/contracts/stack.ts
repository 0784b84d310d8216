import Type, { type Static } from 'typebox';
import { stamp } from './run-header.ts';

const strict = { additionalProperties: false };

/** stack.json: what was running. `url` goes through Toxiproxy where there is a proxy; `directPort` does not. */
export const StackFile = Type.Object(
  {
    ...stamp,
    kind: Type.Union([Type.Literal('native'), Type.Literal('docker'), Type.Literal('external')]),
    machine: Type.Object({ os: Type.String(), cpuModel: Type.String(), cores: Type.Number(), memoryBytes: Type.Number() }, strict),
    components: Type.Array(
      Type.Object(
        {
          name: Type.String({ description: 'api (or api-1 …, worker, consumer), haproxy, postgres, redis, broker-1 …, toxiproxy, gateway, k6' }),
          version: Type.String(),
          pid: Type.Optional(Type.Number()),
          directPort: Type.Optional(Type.Number()),
          proxyPort: Type.Optional(Type.Number()),
          readyMs: Type.Optional(Type.Number({ description: 'from spawn to ready' })),
        },
        strict,
      ),
    ),
    /** Durable settings as read back from the running servers; validity checks them. */
    settings: Type.Record(Type.String(), Type.String()),
  },
  strict,
);
export type StackFile = Static<typeof StackFile>;

/** dataset.json: the clean state the run began with. */
export const DatasetFile = Type.Object(
  {
    ...stamp,
    database: Type.String(),
    topicPrefix: Type.String(),
    schedules: Type.Array(Type.String()),
    seats: Type.Number(),
    priceKrw: Type.Number(),
  },
  strict,
);
export type DatasetFile = Static<typeof DatasetFile>;
