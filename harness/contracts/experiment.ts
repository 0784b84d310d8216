import Type, { type Static } from 'typebox';
import { durationPattern } from './duration.ts';

const duration = (description: string) => Type.String({ pattern: durationPattern, description: `${description} Written like 250ms, 15s, 5m, 1h.` });
const strict = { additionalProperties: false };
const idPattern = '^[a-z0-9]+(-[a-z0-9]+)*$';

export const FaultSpec = Type.Object(
  {
    id: Type.String({ pattern: idPattern, description: 'Name of this fault in the report; the phase is called fault:<id>.' }),
    kind: Type.String({ description: 'Kind of fault, one of `gatecrash list --kinds`.' }),
    target: Type.String({ description: 'What it acts on: redis, postgres, kafka-1 …' }),
    at: duration('When it is applied, from the start of the load.'),
    duration: duration('How long it holds until it is undone.'),
    runbook: Type.Optional(Type.String({ description: 'Path of the runbook, linked from the fault card.' })),
    params: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()]))),
  },
  { ...strict, description: 'One fault on the timeline.' },
);
export type FaultSpec = Static<typeof FaultSpec>;

/** chaos/experiments/*.yaml */
export const Experiment = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    name: Type.String({ pattern: idPattern, description: 'Name of the experiment; part of the run id.' }),
    title: Type.String({ minLength: 1, description: 'One line for the head of the report.' }),
    hypothesis: Type.String({ minLength: 1, description: 'What we believe will happen, in words.' }),
    load: Type.Object(
      {
        script: Type.String({ description: 'k6 script, relative to the project.' }),
        ratePerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: 'User arrivals per second at the peak (not requests).' }),
        warmup: duration('Length of the warm-up, at a fraction of the rate; never gated.'),
        duration: duration('Length of the load, warm-up included.'),
        drain: duration('How long users may finish and events may arrive after the load.'),
        vusMax: Type.Integer({ minimum: 1, maximum: 20_000, description: 'Virtual users to set aside; enough for the p99 under fault.' }),
        settings: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()]), { description: 'Settings the script reads.' })),
      },
      strict,
    ),
    service: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' }), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        additionalProperties: false,
        description: 'Settings of the service that differ from what is shipped (environment variables); the report prints them.',
      }),
    ),
    stack: Type.Optional(
      Type.Object(
        {
          replicas: Type.Optional(Type.Integer({ minimum: 1, maximum: 8, description: 'Processes that answer requests, behind HAProxy when there are several; worker and consumer then have their own. Default 1: one process does all.' })),
          restart: Type.Optional(Type.Boolean({ description: 'Processes of the service that end are started again. Default false; one that died unplanned fails the run all the same.' })),
          heapMb: Type.Optional(Type.Integer({ minimum: 64, maximum: 65_536, description: 'Heap of each process of the service, in MiB; one that needs more leaves a heap snapshot among the logs and ends. Default 512.' })),
        },
        { ...strict, description: 'How the service runs.' },
      ),
    ),
    dataset: Type.Object(
      {
        schedules: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Schedules (performances) of the concert on sale.' }),
        seatsPerSchedule: Type.Integer({ minimum: 1, maximum: 100_000 }),
        priceKrw: Type.Integer({ minimum: 1, description: 'Price of a seat.' }),
      },
      strict,
    ),
    faults: Type.Array(FaultSpec, { description: 'Empty for a run without faults.' }),
    sla: Type.String({ description: 'Objectives file, relative to this file.' }),
    detectWithin: duration('Bound on detection: from apply to the first health change.'),
    recoverWithin: duration('Bound on recovery: from undo to the objectives holding again for the stability window.'),
    stabilityWindow: duration('How long the objectives must hold to count as recovered.'),
    audit: Type.Union(
      [
        Type.Literal('none'),
        Type.Object(
          {
            seatsSoldMin: Type.Integer({ minimum: 0, description: 'Fewer seats sold in the run: the run proves too little (INVALID).' }),
            paymentsInFaultMin: Type.Integer({ minimum: 0, description: 'Fewer payments inside the faults: the run proves too little (INVALID).' }),
          },
          strict,
        ),
      ],
      { description: 'Minimum the audit must have seen, or "none" to run without audit; the verdict then says "not audited".' },
    ),
  },
  { ...strict, title: 'Gatecrash experiment' },
);
export type Experiment = Static<typeof Experiment>;
