import type { Campaign, CampaignPart } from '../../../harness/contracts/campaign.ts';
import { worstFirst } from '../../../harness/contracts/verdicts.ts';
import { plural } from '../format.ts';
import type { Result } from '../icons.ts';

/** How a campaign as a whole stands. */
export interface Standing {
  readonly word: string;
  readonly result: Result;
  readonly sentence: string;
  readonly next: string;
}

const ended: ReadonlySet<CampaignPart['state']> = new Set(['done', 'failed', 'not-possible']);

export function standingOf({ parts, endedMs, command }: Campaign): Standing {
  const of = (test: (part: CampaignPart) => boolean): readonly CampaignPart[] => parts.filter(test);
  const failed = of(({ state }) => state === 'failed');
  const impossible = of(({ state }) => state === 'not-possible');
  const open = of(({ state }) => !ended.has(state));
  const worst = worstFirst.find((verdict) => parts.some((part) => part.verdict === verdict));
  const counts = [
    ...(['FAIL', 'INVALID', 'INCONCLUSIVE'] as const).map((verdict) => [of((part) => part.verdict === verdict).length, verdict] as const),
    [failed.length, 'failed in the harness'] as const,
    [impossible.length, 'not possible on this machine'] as const,
    [open.length, 'not run'] as const,
  ].filter(([count]) => count > 0);
  const sentence = `${of(({ verdict }) => verdict === 'PASS').length} of ${plural(parts.length, 'part')} passed${counts.map(([count, what], index) => `${index === 0 ? '; ' : ', '}${count} ${what}`).join('')}.`;
  const first = worst === undefined || worst === 'PASS' ? undefined : parts.find(({ verdict }) => verdict === worst);
  if (worst === 'FAIL') return { word: 'FAIL', result: 'FAIL', sentence, next: nextOf(first, command) };
  if (failed[0]) return { word: 'INCOMPLETE', result: 'MISSING', sentence, next: `${failed[0].name}: ${failed[0].sentence ?? 'the harness failed'}. Resume with: ${command}` };
  if (endedMs === null || open.length > 0) return { word: 'NOT FINISHED', result: 'MISSING', sentence, next: `What has not run is still open. Resume with: ${command}` };
  if (worst === undefined) return { word: 'INVALID', result: 'INVALID', sentence, next: 'No part came to a verdict, so nothing is known.' };
  return { word: worst, result: worst, sentence, next: worst === 'PASS' ? 'Nothing: each part is proven. Its report says how.' : nextOf(first, command) };
}

function nextOf(part: CampaignPart | undefined, command: string): string {
  return part === undefined ? `Resume with: ${command}` : `Read the report of ${part.name} first: ${part.sentence ?? ''}`;
}

const words = { pending: 'not run', running: 'running', failed: 'harness failed', 'not-possible': 'not possible here' } as const;

/** Verdict of a part, or what became of it; with the tone to say it in. */
export function outcomeOf({ state, verdict }: Pick<CampaignPart, 'state' | 'verdict'>): { readonly word: string; readonly result: Result } {
  if (state === 'done') return { word: verdict ?? 'INVALID', result: verdict ?? 'INVALID' };
  return { word: words[state], result: 'MISSING' };
}
