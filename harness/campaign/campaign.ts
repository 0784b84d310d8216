import { join } from 'node:path';
import { renderCampaign } from '../../reports/html/campaign.ts';
import { renderCampaignJunit } from '../../reports/ci/campaign-junit.ts';
import { renderCampaignSummary } from '../../reports/ci/campaign-summary.ts';
import { campaignFiles, type Campaign, type CampaignPart } from '../contracts/campaign.ts';
import { UsageError } from '../contracts/fail.ts';
import type { Plan } from '../contracts/plan.ts';
import { writeFileAtomic, writeJson } from '../store/json.ts';
import type { PartResult } from './run-part.ts';

export interface CampaignDeps {
  /** Folder of the campaign; exists. */
  readonly dir: string;
  readonly signal: AbortSignal;
  /** Parts that are to run now; what is done already is left as it is. */
  readonly names: ReadonlySet<string>;
  planOf(part: CampaignPart): Plan;
  /** Throws a UsageError when this machine cannot make a fault of the plan. */
  assertPossible(plan: Plan): void;
  run(plan: Plan): Promise<PartResult>;
  /** One line of progress for people. */
  report(line: string): void;
}

/** A part that is still to run: also one in which the harness failed or was killed. */
export const isOpen = ({ state }: Pick<CampaignPart, 'state'>): boolean => state !== 'done';

const open = { state: 'pending', runDir: null, verdict: null, exitCode: null, sentence: null, figures: null, startedMs: null, tookMs: null, stack: null } as const satisfies Partial<CampaignPart>;

/** A part as it is before it has run. */
export const openPart = (part: Pick<CampaignPart, 'name' | 'file' | 'title' | 'hypothesis' | 'faults' | 'cell'>): CampaignPart => ({ ...part, ...open });

/**
 * Runs the parts one after the other, whatever becomes of each, and writes the campaign's files after every change. Ends
 * early, with its part as if it had not begun, when it is aborted. Gives the campaign as it then is.
 */
export async function runCampaign(start: Campaign, deps: CampaignDeps): Promise<Campaign> {
  let campaign = start;
  const put = async (change: Partial<Campaign>): Promise<void> => {
    campaign = { ...campaign, ...change };
    await writeCampaign(deps.dir, campaign);
  };
  const putPart = (part: CampaignPart): Promise<void> => put({ parts: campaign.parts.map((other) => (other.name === part.name ? part : other)) });
  const todo = start.parts.filter((part) => isOpen(part) && deps.names.has(part.name));
  await put({ endedMs: null });
  for (const [index, part] of todo.entries()) {
    if (deps.signal.aborted) break;
    deps.report(`\n${index + 1} of ${todo.length}  ${part.name}: ${part.title}`);
    for await (const state of lives(part, deps)) await putPart(state);
  }
  if (!deps.signal.aborted) await put({ endedMs: Date.now() });
  return campaign;
}

/** The states a part goes through, the last one as it stays. */
async function* lives(part: CampaignPart, deps: CampaignDeps): AsyncGenerator<CampaignPart> {
  const plan = deps.planOf(part);
  try {
    deps.assertPossible(plan);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const sentence = error.problems.map(({ message, fix }) => (fix === undefined ? message : `${message} (${fix})`)).join('; ');
    deps.report(`not possible here: ${sentence}`);
    return yield { ...part, ...open, state: 'not-possible', sentence };
  }
  const startedMs = Date.now();
  const running: CampaignPart = { ...part, ...open, state: 'running', runDir: plan.runId, startedMs };
  yield running;
  try {
    const { verdict, figures, stack } = await deps.run(plan);
    deps.report(`${verdict.verdict}  ${verdict.sentence}`);
    yield { ...running, state: 'done', verdict: verdict.verdict, exitCode: verdict.exitCode, sentence: verdict.sentence, figures, stack, tookMs: Date.now() - startedMs };
  } catch (error) {
    if (deps.signal.aborted) return yield { ...part, ...open };
    const sentence = error instanceof Error ? error.message : String(error);
    deps.report(`the harness failed: ${sentence}`);
    yield { ...running, state: 'failed', sentence, tookMs: Date.now() - startedMs };
  }
}

/** campaign.json first: the others are made from it. */
async function writeCampaign(dir: string, campaign: Campaign): Promise<void> {
  await writeJson(join(dir, campaignFiles.campaign), campaign);
  await writeFileAtomic(join(dir, campaignFiles.page), renderCampaign(campaign));
  await writeFileAtomic(join(dir, campaignFiles.summary), renderCampaignSummary(campaign));
  await writeFileAtomic(join(dir, campaignFiles.junit), renderCampaignJunit(campaign));
}
