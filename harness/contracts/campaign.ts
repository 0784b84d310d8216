import Type, { type Static } from 'typebox';

const strict = { additionalProperties: false };
const object = <P extends Record<string, Type.TSchema>>(props: P) => Type.Object(props, strict);
const n = Type.Number();
const text = Type.String();
const nullable = Type.Union([n, Type.Null()]);
const timed = Type.Union([Type.Null(), object({ seconds: n, censored: Type.Boolean() })], { description: 'the worst of its faults; censored: longer than that; null: nothing to measure' });

/** Names of the files in a campaign's folder; beside them lies a run folder for each part, and logs/ of the servers. */
export const campaignFiles = { campaign: 'campaign.json', page: 'index.html', summary: 'summary.md', junit: 'junit.xml', logs: 'logs', lock: 'campaign.lock' } as const;

/** What is worth comparing between parts; from the run's own files. */
export const PartFigures = object({
  requests: n,
  /** In the worst of the fault phases; null without a fault, or without requests in it. */
  faultP95Ms: nullable,
  faultP99Ms: nullable,
  faultBadShare: nullable,
  /** Of all requests after the warm-up. */
  badShare: nullable,
  detection: timed,
  recovery: timed,
  audit: Type.Union([Type.Literal('held'), Type.Literal('broken'), Type.Literal('unchecked'), Type.Literal('none')]),
  /** Invariants broken, and all that were checked. */
  invariantsBroken: n,
  invariants: n,
});
export type PartFigures = Static<typeof PartFigures>;

export const PartState = Type.Union([Type.Literal('pending'), Type.Literal('running'), Type.Literal('done'), Type.Literal('failed'), Type.Literal('not-possible')], {
  description: 'done: there is a verdict; failed: the harness failed; not-possible: this machine cannot make the fault',
});
export type PartState = Static<typeof PartState>;

export const CampaignPart = object({
  name: text,
  /** Experiment file; of a cell, the base experiment. */
  file: text,
  title: text,
  hypothesis: text,
  faults: Type.Array(object({ kind: text, target: text })),
  /** Whether it is a cell of the matrix: then it has one fault. */
  cell: Type.Boolean(),
  state: PartState,
  /** Folder of its run, relative to the campaign's; null: none was begun. */
  runDir: Type.Union([text, Type.Null()]),
  verdict: Type.Union([Type.Literal('PASS'), Type.Literal('FAIL'), Type.Literal('INCONCLUSIVE'), Type.Literal('INVALID'), Type.Null()]),
  exitCode: nullable,
  /** Of the verdict; or why there is none. */
  sentence: Type.Union([text, Type.Null()]),
  figures: Type.Union([PartFigures, Type.Null()]),
  startedMs: nullable,
  tookMs: nullable,
  /** Which of the campaign's stacks it ran on, from 1: a new one only where the last could not be used again. */
  stack: nullable,
});
export type CampaignPart = Static<typeof CampaignPart>;

/** campaign.json: many runs as one; written after each change, so that it can be resumed whatever ended it. */
export const Campaign = object({
  schemaVersion: n,
  campaignId: text,
  gatecrashVersion: text,
  suite: object({ name: text, title: text, file: text }),
  seed: n,
  /** The command that goes on with it, or runs it again. */
  command: text,
  startedMs: n,
  /** null: not ended in order yet */
  endedMs: nullable,
  parts: Type.Array(CampaignPart),
});
export type Campaign = Static<typeof Campaign>;
