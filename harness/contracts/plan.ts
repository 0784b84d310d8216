import Type, { type Static } from 'typebox';
import { AbortWhen } from './abort-when.ts';
import { Expectation } from './experiment.ts';
import { stamp } from './run-header.ts';
import { Objective } from './sla.ts';

const strict = { additionalProperties: false };
const scalar = Type.Union([Type.Number(), Type.String(), Type.Boolean()]);

export const PlannedFault = Type.Object(
  {
    id: Type.String(),
    kind: Type.String(),
    target: Type.String(),
    promise: Type.String({ description: 'what the canary must see while it holds' }),
    atMs: Type.Number({ description: 'from the start of the load' }),
    durationMs: Type.Number(),
    params: Type.Record(Type.String(), scalar, { description: 'all parameters of the kind, defaults filled in' }),
    steps: Type.Array(Type.Object({ afterMs: Type.Number({ description: 'from apply' }), params: Type.Record(Type.String(), scalar) }, strict), { description: 'of a ramp; empty without one' }),
    /** The name under which its canary and its sign are on the timeline; the same for faults that look the same. */
    watch: Type.String(),
    /** Share of the looks that must show it while it holds; 0: one look is enough. */
    canaryShareMin: Type.Number(),
    takesAway: Type.Optional(Type.Array(Type.String(), { description: 'processes that are ended or stopped while it holds' })),
    /** Whether health must change (detection), and whether recovery is timed from its undo: of one that is repeated, the first and the last. */
    detects: Type.Boolean(),
    recovers: Type.Boolean(),
    recoverWithinMs: Type.Number(),
    expect: Expectation,
    runbook: Type.Optional(Type.String()),
  },
  strict,
);
export type PlannedFault = Static<typeof PlannedFault>;

/** How the service runs. */
export const Topology = Type.Object(
  {
    replicas: Type.Number({ description: '1: one process with all roles; more: that many behind HAProxy, with worker and consumer beside them' }),
    restart: Type.Boolean({ description: 'the supervisor starts again what ended' }),
    heapMb: Type.Number({ description: 'of each process of the service' }),
    extras: Type.Array(Type.String(), { description: 'what the faults need the stack to be started with (StackNeed of chaos/faults/fault.ts); empty without such faults' }),
  },
  strict,
);
export type Topology = Static<typeof Topology>;

/** What an experiment gets that says nothing else. */
export const defaultTopology: Topology = { replicas: 1, restart: false, heapMb: 512, extras: [] };

/** plan.json: everything that was decided before anything was touched. Pure: experiment + objectives + seed. */
export const Plan = Type.Object(
  {
    ...stamp,
    gatecrashVersion: Type.String(),
    experiment: Type.Object({ name: Type.String(), file: Type.String(), title: Type.String(), hypothesis: Type.String() }, strict),
    seed: Type.Number(),
    looks: Type.Optional(Type.Integer({ minimum: 1, description: 'Up to so many runs are looked at until one decides; they share the 5 % by which a bound may be wrong. Default 1.' })),
    /** The command that repeats this run. */
    command: Type.String(),
    load: Type.Object(
      {
        script: Type.String(),
        ratePerSecond: Type.Number(),
        warmupMs: Type.Number(),
        durationMs: Type.Number(),
        drainMs: Type.Number(),
        vusMax: Type.Number(),
        settings: Type.Record(Type.String(), scalar),
        /** Arrival profile: rate goes linearly from the previous target to `targetPerSecond` over `durationMs`. */
        startPerSecond: Type.Number(),
        stages: Type.Array(Type.Object({ durationMs: Type.Number(), targetPerSecond: Type.Number() }, strict)),
        arrivalsPlanned: Type.Number({ description: 'area under the profile' }),
        generators: Type.Array(Type.Object({ index: Type.Number(), segment: Type.String(), sequence: Type.String() }, strict)),
      },
      strict,
    ),
    stack: Topology,
    service: Type.Record(Type.String(), Type.String(), { description: 'settings that differ from what is shipped' }),
    dataset: Type.Object({ schedules: Type.Number(), seatsPerSchedule: Type.Number(), priceKrw: Type.Number() }, strict),
    faults: Type.Array(PlannedFault),
    sla: Type.Object({ name: Type.String(), objectives: Type.Array(Objective) }, strict),
    budget: Type.Union([Type.Null(), Type.String()], { description: 'degraded budget by name; null: the objectives file as it is' }),
    abortWhen: Type.Union([Type.Null(), AbortWhen]),
    detectWithinMs: Type.Number(),
    recoverWithinMs: Type.Number(),
    stabilityWindowMs: Type.Number(),
    audit: Type.Union([Type.Null(), Type.Object({ seatsSoldMin: Type.Number(), paymentsInFaultMin: Type.Number(), deadLettersMax: Type.Optional(Type.Number()) }, strict)]),
    /** Statuses each endpoint documents, from the service's openapi.json; an endpoint not named here may answer anything below 500. */
    documentedStatuses: Type.Record(Type.String(), Type.Array(Type.Number())),
    /** Endpoints that only poll; they do not count as throughput. */
    pollingEndpoints: Type.Array(Type.String()),
  },
  strict,
);
export type Plan = Static<typeof Plan>;
