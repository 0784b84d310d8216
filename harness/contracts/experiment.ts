import Type, { type Static } from 'typebox';
import { durationPattern } from './duration.ts';

const duration = (description: string) => Type.String({ pattern: durationPattern, description: `${description} Written like 250ms, 15s, 5m, 1h.` });
const strict = { additionalProperties: false };
const idPattern = '^[a-z0-9]+(-[a-z0-9]+)*$';

export const Expectation = Type.Object(
  {
    health: Type.Optional(
      Type.Union([Type.Literal('up'), Type.Literal('degraded'), Type.Literal('down'), Type.Literal('any')], {
        description: 'What /health/ready says at worst while the fault holds. "up": it must not change; "any": it may or may not; with both there is nothing to detect. Default: any change is the detection.',
      }),
    ),
    breakers: Type.Optional(
      Type.Array(
        Type.Object(
          {
            dependency: Type.String({ description: 'redis, postgres, kafka or gateway: the breaker in front of it.' }),
            opens: Type.Boolean({ description: 'true: it must open while the fault holds, and be closed again when the load ends; false: it must stay closed.' }),
            on: Type.Optional(Type.String({ description: '"all", "any", or one process such as api-1. Default any.' })),
          },
          strict,
        ),
        { description: 'Which circuit breakers open, on which replicas.' },
      ),
    ),
    metrics: Type.Optional(
      Type.Array(
        Type.Object(
          {
            metric: Type.String({ description: 'Name of a metric of the service, with labels in braces when it has any: outbox_pending, breaker_opens_total{dependency="redis"}.' }),
            moves: Type.Union([Type.Literal('grows'), Type.Literal('stays')], { description: 'grows: higher while the fault holds than before; stays: it does not grow.' }),
            to: Type.Optional(Type.Number({ description: 'With grows: it must reach this value, all processes together.' })),
          },
          strict,
        ),
        { description: 'Which metrics of the service move while the fault holds.' },
      ),
    ),
  },
  { ...strict, description: 'What must be seen beyond the objectives.' },
);
export type Expectation = Static<typeof Expectation>;

export const FaultSpec = Type.Object(
  {
    id: Type.String({ pattern: idPattern, description: 'Name of this fault in the report; the phase is called fault:<id>.' }),
    kind: Type.String({ description: 'Kind of fault, one of those that `gatecrash list` shows.' }),
    target: Type.String({ description: 'What it acts on: redis, postgres, broker-1, gateway, api …' }),
    at: Type.Union(
      [
        duration('From the start of the load.'),
        Type.Object({ from: duration('Not before.'), to: duration('Not after.') }, { ...strict, description: 'A moment in this window, chosen by the seed of the run.' }),
      ],
      { description: 'When it is applied.' },
    ),
    duration: duration('How long it holds until it is undone.'),
    repeat: Type.Optional(
      Type.Object({ times: Type.Integer({ minimum: 2, maximum: 100, description: 'How often in all.' }), every: duration('From one application to the next.') }, { ...strict, description: 'Applied again and again: flapping.' }),
    ),
    ramp: Type.Optional(
      Type.Object(
        {
          param: Type.String({ description: 'The parameter that rises (or falls).' }),
          from: Type.Number({ description: 'Its value at the beginning; it reaches the value in params with the last step.' }),
          steps: Type.Integer({ minimum: 2, maximum: 60, description: 'Steps of equal length over the duration.' }),
        },
        { ...strict, description: 'The fault grows in steps while it holds.' },
      ),
    ),
    together: Type.Optional(Type.Array(Type.String(), { description: 'Ids of faults on the same target that this one may overlap; without it that is refused.' })),
    params: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()]), { description: 'Parameters of the kind; `gatecrash list KIND` shows them.' })),
    expect: Type.Optional(Expectation),
    recoverWithin: Type.Optional(duration('Bound on the recovery from this fault, instead of that of the experiment.')),
    runbook: Type.Optional(Type.String({ description: 'Path of the runbook, linked from the fault card.' })),
  },
  { ...strict, description: 'One fault on the timeline.' },
);
export type FaultSpec = Static<typeof FaultSpec>;

/** chaos/experiments/*.yaml */
export const Experiment = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    extends: Type.Optional(Type.String({ description: 'Another file, relative to this one, that says what this one does not: map by map, lists as a whole.' })),
    name: Type.String({ pattern: idPattern, description: 'Name of the experiment; part of the run id.' }),
    title: Type.String({ minLength: 1, description: 'One line for the head of the report.' }),
    hypothesis: Type.String({ minLength: 1, description: 'What we believe will happen, in words.' }),
    load: Type.Object(
      {
        script: Type.String({ description: 'k6 script, relative to the project.' }),
        ratePerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: 'User arrivals per second at the peak (not requests).' }),
        warmup: duration('Length of the warm-up, at a fraction of the rate; never gated.'),
        duration: duration('Length of the load, warm-up included.'),
        surge: Type.Optional(
          Type.Object(
            {
              at: duration('From the start of the load.'),
              duration: duration('How long it lasts; a second to rise and a second to fall are part of it.'),
              factor: Type.Number({ exclusiveMinimum: 1, maximum: 100, description: 'So many times as many arrivals per second.' }),
            },
            { ...strict, description: 'A surge of users: many more arrivals for a while.' },
          ),
        ),
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
    budget: Type.Optional(Type.String({ description: 'What the service promises while the faults hold: a name in reports/budgets.yaml. Default: what the objectives file says.' })),
    abortWhen: Type.Optional(Type.String({ description: 'Undoes everything at once and ends in FAIL, e.g. "5xx > 50 % for 10 s", "unanswered > 90 % for 5 s", "p95 > 3000 ms for 10 s".' })),
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
            deadLettersMax: Type.Optional(Type.Integer({ minimum: 1, description: 'Messages that may end among the dead letters because a fault sent them; without it none may.' })),
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
