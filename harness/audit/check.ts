import type { Finding } from '../contracts/findings.ts';
import type { AuditedPlan, HistoryCheck, HistoryInvariant, LedgerInvariant } from './invariants/invariant.ts';
import { type Defect, type LedgerFiles, LedgerReader } from './ledger-reader.ts';
import { type HistoryByUser, userStories } from './story.ts';
import { Tally } from './tally.ts';

/** Checks one invariant against the ledger. A check that throws, or that read a broken file, is "unchecked"; what was seen in a broken file proves nothing. */
export function checkLedger(invariant: LedgerInvariant, files: LedgerFiles, plan: AuditedPlan): Finding {
  const ledger = new LedgerReader(files);
  const tally = new Tally();
  const failure = failureOf(() => invariant.check(ledger, tally, plan));
  const broken = whyBroken(ledger.defects());
  return finding(invariant, 'ledger', plan, broken === undefined ? tally : new Tally(), broken ?? failure);
}

/**
 * Checks all of these in one pass over the users. Defects of the history make them all "unchecked", though what was
 * counted is kept.
 */
export function checkHistory(invariants: readonly HistoryInvariant[], history: HistoryByUser & { readonly defects: readonly Defect[] }, files: LedgerFiles, plan: AuditedPlan): Finding[] {
  const ledger = new LedgerReader(files);
  const running = invariants.map((invariant) => new Running(invariant, files, plan));
  const failure = failureOf(() => {
    for (const story of userStories(history, ledger)) for (const check of running) check.run(({ see }) => see(story));
  });
  for (const check of running) check.finish();
  const broken = whyBroken([...history.defects, ...ledger.defects()]) ?? failure;
  return running.map(({ invariant, tally, failure: own }) => finding(invariant, 'history', plan, tally, broken ?? own));
}

/** One invariant on its way through the users; it stops where it throws, the others go on. */
class Running {
  readonly invariant: HistoryInvariant;
  readonly tally = new Tally();
  failure: string | undefined;
  #check: HistoryCheck | undefined;

  constructor(invariant: HistoryInvariant, { spill }: LedgerFiles, plan: AuditedPlan) {
    this.invariant = invariant;
    this.#guard(() => {
      this.#check = invariant.start(this.tally, spill, plan);
    });
  }

  run(step: (check: HistoryCheck) => void): void {
    const check = this.#check;
    if (check && this.failure === undefined) this.#guard(() => step(check));
  }

  finish(): void {
    if (this.failure === undefined) this.failure = failureOf(() => this.#check?.finish?.());
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.failure = crashed(error);
    }
  }
}

function finding({ id, title, mayBeEmpty, eventual }: HistoryInvariant | LedgerInvariant, scope: Finding['scope'], plan: AuditedPlan, tally: Tally, failure: string | undefined): Finding {
  const { checked, violations } = tally;
  const emptyIsFine = typeof mayBeEmpty === 'function' ? mayBeEmpty(plan) : mayBeEmpty;
  const why = failure ?? (checked === 0 && !emptyIsFine ? 'there was nothing to check' : undefined);
  const status = why !== undefined ? 'unchecked' : violations > 0 ? 'broken' : 'held';
  return { id, title, scope, ...(eventual && { eventual }), status, checked, violations, ...tally.examples(), ...(why !== undefined && { why }) };
}

function failureOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return crashed(error);
  }
}

const crashed = (error: unknown): string => `the check failed: ${error instanceof Error ? error.message : String(error)}`;

const whyBroken = (defects: readonly Defect[]): string | undefined => (defects.length === 0 ? undefined : defects.map(({ artefact, problem }) => `${artefact} ${problem}`).join('; '));
