import { styleText } from 'node:util';
import { auditText, msOr, shareOr, timedText } from '../../reports/html/campaign/figures.ts';
import { outcomeOf, standingOf } from '../../reports/html/campaign/standing.ts';
import type { Result } from '../../reports/html/icons.ts';
import type { Campaign, CampaignPart } from '../contracts/campaign.ts';

const colours: Partial<Record<Result, 'green' | 'red' | 'yellow'>> = { PASS: 'green', FAIL: 'red', INCONCLUSIVE: 'yellow' };
const colourOf = (result: Result): 'green' | 'red' | 'yellow' | 'magenta' => colours[result] ?? 'magenta';

/** The summary table of a campaign for people. */
export function campaignLines(campaign: Campaign, page: string, exitCode: number): string[] {
  const { word, result, sentence, next } = standingOf(campaign);
  const width = Math.max(4, ...campaign.parts.map(({ name }) => name.length));
  const columns = ['detected', 'recovered', 'p95', 'p99', 'bad', 'audit'].map((head) => head.padStart(10)).join(' ');
  return ['', `  ${''.padEnd(17)} ${'part'.padEnd(width)} ${columns}`, ...campaign.parts.map((part) => rowOf(part, width)), '', `${styleText(['bold', colourOf(result)], word)}  ${sentence}`, next, `Page: ${page}`, `Exit code ${exitCode}`];
}

function rowOf(part: CampaignPart, width: number): string {
  const { word, result } = outcomeOf(part);
  const { figures } = part;
  const texts = [timedText(figures?.detection ?? null), timedText(figures?.recovery ?? null), msOr(figures?.faultP95Ms), msOr(figures?.faultP99Ms), shareOr(figures?.faultBadShare), auditText(figures)];
  return `  ${styleText(colourOf(result), word.padEnd(17))} ${part.name.padEnd(width)} ${texts.map((text) => text.padStart(10)).join(' ')}`;
}
