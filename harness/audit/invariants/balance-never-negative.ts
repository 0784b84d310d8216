import type { LedgerInvariant } from './invariant.ts';

/** A6 of the tried audits, now and after every transfer. */
export const balanceNeverNegative: LedgerInvariant = {
  id: 'balance-never-negative',
  title: 'No wallet is, or was after any transfer, below zero',
  check(ledger, tally) {
    for (const { user, balance } of ledger.rows('wallets')) {
      tally.look();
      if (balance < 0) tally.violate({ user, balance }, -balance);
    }
    for (const { transfer, debit, credit, kind, balanceAfter } of ledger.rows('transfers')) {
      tally.look();
      if (balanceAfter < 0) tally.violate({ transfer, kind, debit, credit, balanceAfter }, -balanceAfter);
    }
  },
};
