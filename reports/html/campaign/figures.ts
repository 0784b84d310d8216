import type { CampaignPart, PartFigures } from '../../../harness/contracts/campaign.ts';
import { msText, none, ratioText, secondsText } from '../format.ts';

/** "3.1 s"; "> 15.0 s" for what was not seen; "–" where there was nothing to time. */
export function timedText(time: PartFigures['recovery']): string {
  return time === null ? none : `${time.censored ? '> ' : ''}${secondsText(time.seconds)}`;
}

export const msOr = (ms: number | null | undefined): string => (ms === null || ms === undefined ? none : msText(ms));
export const shareOr = (share: number | null | undefined): string => (share === null || share === undefined ? none : ratioText(share));

/** What the audit came to, in a word or two. */
export function auditText(figures: PartFigures | null): string {
  if (figures === null) return none;
  const { audit, invariants, invariantsBroken } = figures;
  if (audit === 'broken') return `${invariantsBroken} of ${invariants} broken`;
  return audit === 'held' ? `${invariants} held` : audit === 'none' ? 'not audited' : 'not checked';
}

export const faultsText = ({ faults }: Pick<CampaignPart, 'faults'>): string => (faults.length === 0 ? 'none' : [...new Set(faults.map(({ kind, target }) => `${kind} on ${target}`))].join(', '));

/** Link to the report of a part, relative to the campaign's folder; null when there is none. */
export function reportHref({ state, runDir }: Pick<CampaignPart, 'state' | 'runDir'>): string | null {
  return state === 'done' && runDir !== null && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(runDir) ? `${runDir}/report.html` : null;
}
