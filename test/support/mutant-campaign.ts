import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { openPart, runCampaign } from '../../harness/campaign/campaign.ts';
import { runPart } from '../../harness/campaign/run-part.ts';
import { Stacks } from '../../harness/campaign/stacks.ts';
import { campaignFiles, type Campaign, type CampaignPart } from '../../harness/contracts/campaign.ts';
import type { Findings } from '../../harness/contracts/findings.ts';
import type { Measurements } from '../../harness/contracts/measurements.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import { artefacts } from '../../harness/contracts/run-folder.ts';
import { SCHEMA_VERSION } from '../../harness/contracts/run-header.ts';
import { isService } from '../../harness/contracts/service-processes.ts';
import type { Verdict } from '../../harness/contracts/verdict.ts';
import { makePlan } from '../../harness/plan/make.ts';
import { newRunId } from '../../harness/plan/plan.ts';
import { gatecrashVersion, projectRoot } from '../../harness/root.ts';
import { defaultBlastRadius } from '../../harness/run/blast-radius.ts';
import { assertMachineCan } from '../../harness/run/machine-needs.ts';
import { recoverAndTell } from '../../harness/run/run.ts';
import { plantMutant, type Mutant } from './mutant.ts';

const HEALTHY = 'healthy-';
const SEED = 7;

export interface MutantRow {
  /** null: the healthy service, with the same experiment file */
  readonly mutant: Mutant | null;
  readonly experiment: string;
  readonly part: CampaignPart;
  /** Ids of what the run found broken. */
  readonly found: readonly string[];
  /** Caught by what it is to be caught by; the healthy service: PASS. */
  readonly asExpected: boolean;
}

export interface MutantCampaignOptions {
  readonly mutants: readonly Mutant[];
  /** The healthy service first runs each experiment, and must pass. */
  readonly healthyFirst: boolean;
  readonly outDir: string;
  readonly signal: AbortSignal;
  /** One line of progress for people. */
  report(line: string): void;
}

/** Runs each defect's experiment against the service that has it, on one warm stack as long as the experiments allow it; a campaign as a suite is one. */
export async function runMutants({ mutants, healthyFirst, outDir, signal, report }: MutantCampaignOptions): Promise<MutantRow[]> {
  const experiments = [...new Set(mutants.map(({ experiment }) => experiment))];
  const byName = new Map(mutants.map((mutant) => [mutant.id, mutant]));
  const parts: { name: string; experiment: string; title: string }[] = experiments.flatMap((experiment) => [
    ...(healthyFirst ? [{ name: `${HEALTHY}${nameOf(experiment)}`, experiment, title: 'The healthy service' }] : []),
    ...mutants.filter((mutant) => mutant.experiment === experiment).map(({ id, title }) => ({ name: id, experiment, title })),
  ]);
  const experimentOf = (name: string): string => parts.find((part) => part.name === name)?.experiment ?? '';
  const planFor = (name: string): Plan => makePlan(resolve(projectRoot, experimentOf(name)), { seed: SEED });
  const start = newCampaign(parts, outDir, planFor);
  const dir = join(outDir, start.campaignId);
  const logDir = join(dir, campaignFiles.logs);
  await mkdir(logDir, { recursive: true });
  await recoverAndTell(report);
  await using stacks = new Stacks({ logDir, signal, report });
  let name = '';
  const campaign = await runCampaign(start, {
    dir,
    signal,
    report,
    names: new Set(parts.map((part) => part.name)),
    planOf: (part) => planFor((name = part.name)),
    assertPossible: ({ faults }) => assertMachineCan(faults),
    run: async (plan) => {
      using planted = byName.has(name) ? plantMutant(name) : undefined;
      const service = planted && { serviceDir: planted.serviceDir, ...(planted.sqlAfterMigration !== undefined && { sqlAfterMigration: planted.sqlAfterMigration }) };
      return await runPart(plan, { stacks, outDir: dir, signal, blastRadius: defaultBlastRadius, report, ...service });
    },
  });
  return campaign.parts.map((part) => rowOf(part, dir, byName.get(part.name) ?? null, experimentOf(part.name)));
}

const nameOf = (experiment: string): string => basename(experiment, '.yaml');

function newCampaign(parts: readonly { name: string; experiment: string; title: string }[], outDir: string, planFor: (name: string) => Plan): Campaign {
  const opened = parts.map(({ name, experiment, title }) => {
    const { faults, experiment: planned } = planFor(name);
    return openPart({ name, cell: false, file: experiment, title, hypothesis: planned.hypothesis, faults: faults.map(({ kind, target }) => ({ kind, target })) });
  });
  return {
    schemaVersion: SCHEMA_VERSION,
    campaignId: newRunId('mutants'),
    gatecrashVersion,
    suite: { name: 'mutants', title: 'Planted defects', file: 'test/mutants' },
    seed: SEED,
    command: 'npm run mutants',
    startedMs: Date.now(),
    endedMs: null,
    parts: opened,
  };
}

function rowOf(part: CampaignPart, dir: string, mutant: Mutant | null, experiment: string): MutantRow {
  const found = part.state === 'done' && part.runDir !== null ? foundIn(join(dir, part.runDir)) : [];
  const asExpected = mutant ? part.verdict === 'FAIL' && found.includes(mutant.finding) : part.verdict === 'PASS';
  return { mutant, experiment, part, found, asExpected };
}

/** Ids of the invariants and gated objectives that a run found broken; `service-died` and `expectation-unmet` as the rules are called. */
export function foundIn(runDir: string): string[] {
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(runDir, name), 'utf8')) as T;
  const { findings } = read<Findings>(artefacts.findings);
  const { objectives } = read<Verdict>(artefacts.verdict);
  const { unplannedExits, faults } = read<Measurements>(artefacts.measurements);
  return [
    ...findings.filter(({ status }) => status === 'broken').map(({ id }) => id),
    ...new Set(objectives.filter(({ gate, result }) => gate && result === 'FAIL').map(({ id }) => id)),
    ...(unplannedExits.some(({ process }) => isService(process)) ? ['service-died'] : []),
    ...(faults.some(({ expectations }) => expectations.some(({ met }) => met === false)) ? ['expectation-unmet'] : []),
  ];
}
