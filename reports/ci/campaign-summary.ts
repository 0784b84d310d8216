import type { Campaign, CampaignPart } from '../../harness/contracts/campaign.ts';
import { auditText, faultsText, msOr, shareOr, timedText } from '../html/campaign/figures.ts';
import { outcomeOf, standingOf } from '../html/campaign/standing.ts';
import type { Result } from '../html/icons.ts';
import { code, fence, plain, tableOf } from './markdown.ts';

const marks: Partial<Record<Result, string>> = { PASS: '✅', FAIL: '❌', INCONCLUSIVE: '❔' };
const mark = (result: Result): string => marks[result] ?? '🚫';

/** summary.md of a campaign, for a CI job's summary page. Pure; all text is escaped. */
export function renderCampaignSummary(campaign: Campaign): string {
  const { word, result, sentence, next } = standingOf(campaign);
  const reasons = campaign.parts.filter(({ verdict, sentence: why }) => verdict !== 'PASS' && why !== null);
  const parts = [
    `## ${mark(result)} ${word}: ${plain(campaign.suite.title)}`,
    `**${plain(sentence)}**`,
    `Next: ${plain(next)}`,
    tableOf(['', 'Part', 'Fault', 'Detected', 'Recovered', 'p95', 'p99', 'Bad', 'Audit'], 'lllrrrrrl', campaign.parts.map(rowOf)),
    reasons.map((part) => `- ${mark(outcomeOf(part).result)} **${plain(part.name)}**: ${plain(part.sentence ?? '')}`).join('\n'),
    `<details><summary>Go on with it</summary>\n\n${fence(campaign.command, 'sh')}\n\nCampaign ${code(campaign.campaignId)}, seed ${campaign.seed}, Gatecrash ${plain(campaign.gatecrashVersion)}. The page is ${code('index.html')} in its folder.\n\n</details>`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function rowOf(part: CampaignPart): string[] {
  const { word, result } = outcomeOf(part);
  const { figures } = part;
  return [
    `${mark(result)} ${word}`,
    code(part.name),
    plain(faultsText(part)),
    plain(timedText(figures?.detection ?? null)),
    plain(timedText(figures?.recovery ?? null)),
    msOr(figures?.faultP95Ms),
    msOr(figures?.faultP99Ms),
    shareOr(figures?.faultBadShare),
    plain(auditText(figures)),
  ];
}
