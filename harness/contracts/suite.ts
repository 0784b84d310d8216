import Type, { type Static } from 'typebox';
import { durationPattern } from './duration.ts';
import { Expectation } from './experiment.ts';

const duration = (description: string) => Type.String({ pattern: durationPattern, description: `${description} Written like 250ms, 15s, 5m, 1h.` });
const strict = { additionalProperties: false };
const idPattern = '^[a-z0-9]+(-[a-z0-9]+)*$';
const name = (description: string) => Type.String({ pattern: idPattern, description });
const sla = Type.Optional(Type.String({ description: 'Objectives file instead of that of the experiment, relative to this file.' }));

export const SuiteExperiment = Type.Object(
  {
    file: Type.String({ description: 'Experiment, relative to this file.' }),
    name: Type.Optional(name('Name of this part; default: that of the experiment. Needed when an experiment is there twice.')),
    sla,
  },
  { ...strict, description: 'One experiment, as it is.' },
);

export const MatrixCell = Type.Object(
  {
    kind: Type.String({ description: 'Kind of fault, one of those that `gatecrash list` shows.' }),
    target: Type.String({ description: 'What it acts on: redis, postgres, broker-1, gateway, api …' }),
    name: Type.Optional(name('Name of this cell; default: KIND-TARGET. Needed when a kind is there twice for one target.')),
    params: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()]), { description: 'Parameters of the kind; `gatecrash list` shows them.' })),
    duration: Type.Optional(duration('How long the fault holds; default: as in the base experiment.')),
    loadDuration: Type.Optional(duration('Length of the load; default: as in the base experiment.')),
    recoverWithin: Type.Optional(duration('Bound on recovery; default: as in the base experiment.')),
    budget: Type.Optional(Type.String({ description: 'What the service promises while the fault holds: a name in reports/budgets.yaml; default: as in the base experiment.' })),
    expect: Type.Optional(Expectation),
    replicas: Type.Optional(Type.Integer({ minimum: 1, maximum: 8, description: 'Processes that answer requests; default: as in the base experiment.' })),
    sla,
  },
  { ...strict, description: 'The base experiment with its fault replaced.' },
);
export type MatrixCell = Static<typeof MatrixCell>;

/** chaos/suites/*.yaml */
export const Suite = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    name: name('Name of the suite; part of the name of its folder.'),
    title: Type.String({ minLength: 1, description: 'One line for the head of the page.' }),
    experiments: Type.Optional(Type.Array(SuiteExperiment, { minItems: 1, description: 'Run in this order.' })),
    matrix: Type.Optional(
      Type.Object(
        {
          base: Type.String({ description: 'Experiment with one fault, relative to this file: each cell is that experiment with another fault.' }),
          cells: Type.Array(MatrixCell, { minItems: 1, description: 'Run in this order, after the experiments.' }),
        },
        { ...strict, description: 'Target × kind of fault; the page shows it as a matrix.' },
      ),
    ),
  },
  { ...strict, title: 'Gatecrash suite' },
);
export type Suite = Static<typeof Suite>;
