import Type, { type Static } from 'typebox';
import { StatusClass } from './endpoint.ts';
import { stamp } from './run-header.ts';

const strict = { additionalProperties: false };
const object = <P extends Record<string, Type.TSchema>>(props: P) => Type.Object(props, strict);
const n = Type.Number();
const nullable = Type.Union([Type.Number(), Type.Null()]);

/** Requests of one phase and endpoint. `endpoint` "*" is all endpoints together. */
export const PhaseEndpoint = object({
  phase: Type.String({ description: 'steady | fault:<id> | recovery | whole | warmup | drain' }),
  endpoint: Type.String(),
  count: Type.Number({ description: 'requests answered or failed, plus dropped arrivals under "*"' }),
  bad: n,
  /** 2xx that were not polling and whose body was right. */
  successful: n,
  byClass: Type.Partial(Type.Record(StatusClass, n)),
  /** merged latency histogram in µs (see series.ts), absent when there is no sample */
  histogram: Type.Optional(Type.String()),
  latencyMs: Type.Union([Type.Null(), object({ p50: n, p95: n, p99: n, max: n })]),
  /** Of phases of 60 s and more, for each quantile that the objectives ask for: its error by moving blocks of seconds (reports/stats/blocks.ts). */
  blockErrors: Type.Optional(Type.Array(object({ quantile: n, standardError: n, degreesOfFreedom: n }))),
  /** the second of the phase with the worst p95, and with the most bad requests */
  worstSecond: Type.Union([Type.Null(), object({ second: n, p95Ms: nullable, bad: n })]),
});
export type PhaseEndpoint = Static<typeof PhaseEndpoint>;

export const FaultMeasurement = object({
  id: Type.String(),
  kind: Type.String(),
  target: Type.String(),
  promise: Type.String(),
  runbook: Type.Optional(Type.String()),
  plannedDurationMs: n,
  /** The four edges in epoch ms; null: it never came to that. */
  applyMs: nullable,
  verifiedMs: nullable,
  undoMs: nullable,
  goneMs: nullable,
  verifiedEvidence: Type.Union([Type.String(), Type.Null()]),
  goneEvidence: Type.Union([Type.String(), Type.Null()]),
  lags: Type.Union([Type.String(), Type.Null()], { description: 'what the service still suffered from when what the fault had hit was as always again; null: nothing' }),
  /** Canary: normal looks and others before apply and after gone; between verified and undo, looks that showed the fault (failed) and others (ok). */
  canary: object({ before: object({ ok: n, failed: n }), during: object({ ok: n, failed: n }), after: object({ ok: n, failed: n }) }),
  /** The second witness: growth of a count in the window, or the highest level. null: not read. */
  sign: nullable,
  signWhat: Type.String({ description: 'what the second witness is' }),
  /** What was expected beyond the objectives; met is null when it could not be told. */
  expectations: Type.Array(object({ what: Type.String(), met: Type.Union([Type.Boolean(), Type.Null()]), saw: Type.String() })),
  /** From apply to the first health change, of a fault that is to show in health; `censored`: not seen, so it is > value. */
  detection: Type.Union([Type.Null(), object({ seconds: n, censored: Type.Boolean() })]),
  /** From undo, of one that is repeated from the last, to the first second from which the objectives held for the stability window. */
  recovery: Type.Union([Type.Null(), object({ seconds: n, censored: Type.Boolean() })]),
});
export type FaultMeasurement = Static<typeof FaultMeasurement>;

/** measurements.json: everything the judge and the report need from series, timeline and resources. */
export const Measurements = object({
  ...stamp,
  loadStartMs: nullable,
  loadEndMs: nullable,
  drained: Type.Union([Type.Boolean(), Type.Null()]),
  phases: Type.Array(object({ id: Type.String(), startMs: n, endMs: n })),
  endpoints: Type.Array(PhaseEndpoint),
  faults: Type.Array(FaultMeasurement),
  /** One row a second from load-start to the end of the drain, gaps included (count 0, nulls); for charts. */
  seconds: Type.Array(
    object({ second: n, requests: n, successful: n, bad: n, polling: n, p50Ms: nullable, p95Ms: nullable, p99Ms: nullable, healthOk: Type.Union([Type.Boolean(), Type.Null()]) }),
  ),
  /** Requests in the series, those that the generators told of, and rows of samples that were lost on the way; answers with 2xx, and bodies of them that the script looked at. null: nobody said. */
  samples: object({ counted: n, told: nullable, lost: nullable, acknowledged: nullable, lookedAt: nullable }),
  /** Looks at /health and PINGs of Redis by phase; one that failed late counts as often as it kept others from being taken. */
  looks: Type.Array(object({ of: Type.Union([Type.Literal('health'), Type.Literal('redis')]), phase: Type.String(), ok: n, failed: n })),
  /** One row a second from load-start to the end of the drain; what was not read is null. `off`: proxies that let nothing through; `toxics` by proxy, where there are any. */
  servers: Type.Array(object({ second: n, redisOpsPerSecond: nullable, proxies: Type.Union([Type.Null(), object({ off: Type.Array(Type.String()), toxics: Type.Record(Type.String(), n) })]) })),
  /** Arrivals per phase: started + dropped = due. */
  arrivals: Type.Array(
    object({
      phase: Type.String(),
      started: n,
      dropped: n,
      latenessMs: Type.Union([object({ p50: n, p99: n, max: n }), Type.Null()], { description: 'how much later than planned users began; null: not known of all of them' }),
      journeySeconds: Type.Union([n, Type.Null()], { description: 'mean time from the arrival of a user until nothing more was asked, of those who were done in this phase' }),
    }),
  ),
  generators: Type.Array(object({ index: n, exitCode: nullable, signal: Type.Union([Type.String(), Type.Null()]), firstSecond: nullable, lastSecond: nullable, silentSeconds: Type.Number({ description: 'seconds of the load without any sample' }) })),
  /** CPU and peak memory by process over the load. share: of all CPU used by all processes listed. */
  processes: Type.Array(object({ process: Type.String(), cpuSeconds: nullable, cpuShare: nullable, coresMax: Type.Union([n, Type.Null()], { description: 'cores used in its busiest 10 s, or in all of a shorter load' }), memoryBytesMax: nullable, missingSeconds: n, awaySeconds: Type.Number({ description: 'seconds in which a fault had it ended or stopped; none of them is missing' }) })),
  /** Growth of service counters by phase: lock attempts and failures, cache hits and requests … */
  counters: Type.Array(object({ phase: Type.String(), name: Type.String(), growth: n })),
  /** What each process of the service held in steady and in whole: the lowest reading of each slot of the phase, in order (harness/metrics/measure/trends.ts). */
  trends: Type.Array(object({ phase: Type.String(), process: Type.String(), what: Type.Union([Type.Literal('memoryMiB'), Type.Literal('descriptors')]), lows: Type.Array(object({ second: n, value: n })) })),
  /** Largest step of the machine's clock from one reading to the next, ms; null: it was not read. */
  clockStepMs: nullable,
  unplannedExits: Type.Array(object({ process: Type.String(), tMs: n, detail: Type.String() })),
  aborted: Type.Union([Type.String(), Type.Null()]),
  /** What was wrong with the artefacts themselves; any entry makes the run INVALID. */
  defects: Type.Array(object({ artefact: Type.String(), problem: Type.String() })),
});
export type Measurements = Static<typeof Measurements>;
