import { join, relative } from 'node:path';
import { Campaign, campaignFiles } from '../contracts/campaign.ts';
import { UsageError } from '../contracts/fail.ts';
import { SCHEMA_VERSION } from '../contracts/run-header.ts';
import { newRunId } from '../plan/plan.ts';
import { gatecrashVersion } from '../root.ts';
import { readJson } from '../store/json.ts';
import { openPart } from './campaign.ts';
import type { LoadedSuite, SuitePart } from './suite.ts';

/** A campaign of which nothing has run. `outDir`: parent of its folder. */
export function newCampaign({ file, suite }: LoadedSuite, parts: readonly SuitePart[], { seed, outDir }: { readonly seed: number; readonly outDir: string }): Campaign {
  const campaignId = newRunId(suite.name);
  return {
    schemaVersion: SCHEMA_VERSION,
    campaignId,
    gatecrashVersion,
    suite: { name: suite.name, title: suite.title, file },
    seed,
    command: `npx gatecrash suite ${file} --resume ${relative(process.cwd(), join(outDir, campaignId))}`,
    startedMs: Date.now(),
    endedMs: null,
    parts: parts.map(({ name, cell, loaded: { file: experimentFile, experiment } }) =>
      openPart({ name, cell, file: experimentFile, title: experiment.title, hypothesis: experiment.hypothesis, faults: experiment.faults.map(({ kind, target }) => ({ kind, target })) }),
    ),
  };
}

/** The campaign in a folder, to go on with. Throws a UsageError when there is none, or when it is not of this suite. */
export async function resumedCampaign(dir: string, { file, suite, parts }: LoadedSuite): Promise<Campaign> {
  const path = join(dir, campaignFiles.campaign);
  const read = await readJson(path, Campaign);
  if (!read.ok) throw new UsageError([{ file: path, message: read.problem, fix: 'name the folder of a campaign: one that holds campaign.json' }]);
  const campaign = read.value;
  if (campaign.suite.name !== suite.name) throw new UsageError([{ file: path, message: `is a campaign of the suite "${campaign.suite.name}"`, fix: `${file} is "${suite.name}"` }]);
  const gone = campaign.parts.filter(({ name }) => !parts.some((part) => part.name === name));
  if (gone.length > 0) throw new UsageError(gone.map(({ name }) => ({ file, message: `has no part "${name}" any more, which the campaign has`, fix: 'begin a new campaign' })));
  return campaign;
}
