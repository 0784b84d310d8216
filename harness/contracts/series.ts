import Type, { type Static } from 'typebox';
import { StatusClass } from './endpoint.ts';

/**
 * series.ndjson: one row per second × generator × endpoint × status class × set of overlapped faults.
 * A request belongs to the second in which it ended. A request that overlapped a fault's window
 * [fault-apply, fault-gone] carries that fault's id, however long before or after it ended.
 */
export const SeriesRow = Type.Object(
  {
    second: Type.Number({ description: 'epoch second in which the requests ended' }),
    generator: Type.Number(),
    endpoint: Type.String(),
    class: StatusClass,
    faults: Type.Array(Type.String(), { description: 'ids of overlapped faults, sorted; empty when none' }),
    count: Type.Number(),
    /**
     * Latency in µs as the user sees it (blocked + connecting + TLS + sending + waiting + receiving):
     * HdrHistogram V2, compressed, base64, 3 significant digits. Absent for bad-body and dropped.
     */
    histogram: Type.Optional(Type.String()),
    /** Of users who arrived: how much later than they were due, µs, encoded as latencies are. */
    lateness: Type.Optional(Type.String()),
    /** Users who were done in this second, and how long all of them together had been there. */
    journeys: Type.Optional(Type.Object({ ended: Type.Number(), ms: Type.Number() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);
export type SeriesRow = Static<typeof SeriesRow>;
