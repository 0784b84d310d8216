import type { CampaignPart } from '../contracts/campaign.ts';
import { exitCodes, worstFirst } from '../contracts/verdicts.ts';

/**
 * Exit code of a campaign that came to its end: 70 when the harness failed in a part, else that of the worst verdict.
 * Without any verdict it says nothing: INVALID. Parts that nobody asked for (--only) do not count.
 */
export function campaignExitCode(parts: readonly Pick<CampaignPart, 'state' | 'verdict'>[]): number {
  if (parts.some(({ state }) => state === 'failed')) return exitCodes.internal;
  const worst = worstFirst.find((verdict) => parts.some((part) => part.verdict === verdict));
  return exitCodes[worst ?? 'INVALID'];
}
