import type { Finding } from '../contracts/findings.ts';
import type { AuditedPlan, HistoryCheck, HistoryInvariant } from './invariants/invariant.ts';
import type { Defect, LedgerFiles } from './ledger-files.ts';
import { crashed, finding, Running, whyBroken } from './running.ts';
import { type HistoryByUser, userLedgers, userStories } from './story.ts';

/**
 * Checks all of these in one pass over the users. Defects of the history make them all "unchecked", though what was
 * counted is kept.
 */
export function checkHistory(invariants: readonly HistoryInvariant[], history: HistoryByUser & { readonly defects: readonly Defect[] }, files: LedgerFiles, plan: AuditedPlan): Finding[] {
  const running = invariants.map((invariant) => new Running<HistoryInvariant, HistoryCheck>(invariant, ({ start }, tally) => start(tally, files.spill, plan)));
  let failure: string | undefined;
  try {
    for (const story of userStories(history, files)) for (const check of running) check.tell((seen) => check.check?.see(seen), story);
  } catch (error) {
    failure = crashed(error);
  }
  for (const check of running) check.finish();
  const broken = whyBroken([...history.defects, ...files.defects(userLedgers)]) ?? failure;
  return running.map(({ invariant, tally, failure: own }) => finding(invariant, 'history', plan, tally, broken ?? own));
}
