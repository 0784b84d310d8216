import type { Finding } from '../contracts/findings.ts';
import type { AuditedPlan, HistoryInvariant, LedgerInvariant } from './invariants/invariant.ts';
import type { Defect } from './ledger-files.ts';
import { Tally } from './tally.ts';

/** One invariant on its way through what it looks at; it stops where it throws, the others go on. */
export class Running<Invariant extends HistoryInvariant | LedgerInvariant, Check extends { finish?(): void }> {
  readonly invariant: Invariant;
  readonly tally = new Tally();
  readonly check: Check | undefined;
  #failure: string | undefined;

  constructor(invariant: Invariant, start: (invariant: Invariant, tally: Tally) => Check) {
    this.invariant = invariant;
    try {
      this.check = start(invariant, this.tally);
    } catch (error) {
      this.fail(error);
    }
  }

  get failure(): string | undefined {
    return this.#failure;
  }

  /** Shows it something, unless it failed before. */
  tell<Seen>(see: (seen: Seen) => void, seen: Seen): void {
    if (this.#failure !== undefined) return;
    try {
      see(seen);
    } catch (error) {
      this.fail(error);
    }
  }

  finish(): void {
    this.tell(() => this.check?.finish?.(), undefined);
  }

  /** From here on it sees nothing. */
  fail(error: unknown): void {
    this.#failure ??= crashed(error);
  }
}

/** `failure`: why it could not be checked, whatever was seen. */
export function finding({ id, title, mayBeEmpty, eventual }: HistoryInvariant | LedgerInvariant, scope: Finding['scope'], plan: AuditedPlan, tally: Tally, failure: string | undefined): Finding {
  const { checked, violations } = tally;
  const emptyIsFine = typeof mayBeEmpty === 'function' ? mayBeEmpty(plan) : mayBeEmpty;
  const why = failure ?? (checked === 0 && !emptyIsFine ? 'there was nothing to check' : undefined);
  const status = why !== undefined ? 'unchecked' : violations > 0 ? 'broken' : 'held';
  return { id, title, scope, ...(eventual && { eventual }), status, checked, violations, ...tally.examples(), ...(why !== undefined && { why }) };
}

export const crashed = (error: unknown): string => `the check failed: ${error instanceof Error ? error.message : String(error)}`;

export const whyBroken = (defects: readonly Defect[]): string | undefined => (defects.length === 0 ? undefined : defects.map(({ artefact, problem }) => `${artefact} ${problem}`).join('; '));
