import Type, { type Static } from 'typebox';
import { stamp } from './run-header.ts';

const strict = { additionalProperties: false };
const example = Type.Union([Type.Null(), Type.Record(Type.String(), Type.Unknown())]);

export const Finding = Type.Object(
  {
    id: Type.String({ description: 'e.g. seat-sold-twice' }),
    title: Type.String({ description: 'the invariant, in words' }),
    /** ledger: the ledger alone decides. history: needs the complete history. */
    scope: Type.Union([Type.Literal('ledger'), Type.Literal('history')]),
    /** Becomes true only when what was under way has arrived: while a server around the service is dead it cannot. */
    eventual: Type.Optional(Type.Literal(true)),
    /** held: checked and true. broken: violations. unchecked: could not be checked (why says it); never green. */
    status: Type.Union([Type.Literal('held'), Type.Literal('broken'), Type.Literal('unchecked')]),
    checked: Type.Number({ description: 'how many things were looked at' }),
    violations: Type.Number(),
    first: example,
    worst: example,
    last: example,
    why: Type.Optional(Type.String()),
  },
  strict,
);
export type Finding = Static<typeof Finding>;

/** findings.json: the audit of history against ledger. */
export const Findings = Type.Object(
  {
    ...stamp,
    audited: Type.Boolean({ description: 'false: the experiment said audit: none' }),
    findings: Type.Array(Finding),
    /** How much was there to check, and how much was. */
    coverage: Type.Object(
      {
        acknowledged: Type.Number({ description: 'operations answered ok' }),
        acknowledgedChecked: Type.Number({ description: '… of which could be looked up in the ledger' }),
        unknown: Type.Number({ description: 'operations whose outcome the client does not know' }),
        historyComplete: Type.Boolean({ description: 'no cut line, no completion without invoke, nothing from another run' }),
        seatsSold: Type.Number(),
        payments: Type.Number(),
        paymentsInFault: Type.Number({ description: 'acknowledged payments invoked inside a fault window' }),
        paymentsDelivered: Type.Number({ description: 'committed payments found at the data platform exactly once' }),
        doubleSales: Type.Number(),
      },
      strict,
    ),
    defects: Type.Array(Type.Object({ artefact: Type.String(), problem: Type.String() }, strict)),
  },
  strict,
);
export type Findings = Static<typeof Findings>;
