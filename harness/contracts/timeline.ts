import Type, { type Static } from 'typebox';

/** How often health and Redis are looked at: detection is stated with this resolution. */
export const LOOK_EVERY_MS = 500;

const at = { tMs: Type.Number({ description: 'epoch milliseconds' }) };
const event = <K extends string, P extends Record<string, Type.TSchema>>(name: K, props: P) =>
  Type.Object({ ...at, event: Type.Literal(name), ...props }, { additionalProperties: false });
const text = Type.String();
const optionalText = Type.Optional(Type.String());

/** timeline.ndjson: what happened, when, in the order it happened. First line: a RunHeader of kind "timeline". */
export const TimelineEvent = Type.Union([
  event('load-start', { plannedMs: Type.Number({ description: 'planned length of the load in ms' }) }),
  /** All generators have ended. `code` is the exit code of k6, `signal` is set when it was killed. */
  event('generator-exit', { generator: Type.Number(), code: Type.Union([Type.Number(), Type.Null()]), signal: optionalText, planned: Type.Boolean() }),
  event('load-end', {}),
  /** All requests that the generators told of, and rows of their samples that could not be read; answers with 2xx, and at how many of their bodies the script has looked. */
  event('samples', { requests: Type.Number(), lost: Type.Number(), acknowledged: Type.Optional(Type.Number()), lookedAt: Type.Optional(Type.Number()) }),
  /** The drain is over: outbox empty and consumer caught up (`drained`), or its deadline passed. */
  event('drain-end', { drained: Type.Boolean(), detail: text }),
  /** The fault's four edges. A window runs from fault-apply to fault-gone (or fault-not-gone). */
  event('fault-apply', { fault: text, sign: Type.Optional(Type.Object({ what: text, rule: Type.Union([Type.Literal('grows'), Type.Object({ reaches: Type.Number() }, { additionalProperties: false })]), otherwise: optionalText }, { additionalProperties: false, description: 'its second witness, and who tells it when that one is silent' })) }),
  event('fault-verified', { fault: text, evidence: text }),
  event('fault-not-verified', { fault: text, why: text }),
  /** A fault that holds changed its strength (ramp). */
  event('fault-step', { fault: text, params: text }),
  event('fault-undo', { fault: text }),
  event('fault-gone', { fault: text, evidence: text, lags: Type.Optional(Type.String({ description: 'what the service still suffers from, though what the fault had hit is as always again' })) }),
  event('fault-not-gone', { fault: text, why: text }),
  /** One look at a fault's target, on the path that the service uses (≥ 2 Hz while load runs). `holds`: it shows what the kind promises. */
  event('canary', { watch: text, ok: Type.Boolean(), holds: Type.Boolean(), latencyMs: Type.Number(), detail: optionalText }),
  /** The second witness of a fault, read at the same rate: a count or a level of the service, the kernel or the users. */
  event('sign', { watch: text, value: Type.Number(), otherwise: Type.Optional(Type.Number()) }),
  /** GET /health, 2 Hz, through the api's proxy. */
  event('health', { ok: Type.Boolean(), status: Type.Number({ description: 'HTTP status, 0 when none' }), latencyMs: Type.Number(), ready: Type.Optional(Type.Number({ description: 'HTTP status of /health/ready, 0 when none: what a load balancer goes by' })), state: Type.Optional(Type.String({ description: 'status in the answer of /health/ready: READY, DEGRADED, NOT_READY' })), detail: optionalText }),
  /** A PING to Redis over a connection of its own, 2 Hz, on the path that the service uses. */
  event('redis', { ok: Type.Boolean(), latencyMs: Type.Number(), detail: optionalText }),
  event('process-exit', { process: text, pid: Type.Number(), code: Type.Union([Type.Number(), Type.Null()]), signal: optionalText, planned: Type.Boolean() }),
  event('process-start', { process: text, pid: Type.Number() }),
  event('abort', { why: text }),
  event('note', { text }),
]);
export type TimelineEvent = Static<typeof TimelineEvent>;
