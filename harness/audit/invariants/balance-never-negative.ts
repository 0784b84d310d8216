import { type LedgerInvariant, rowsOf } from './invariant.ts';

/** A6 of the tried audits, now and after every transfer. */
export const balanceNeverNegative: LedgerInvariant = {
  id: 'balance-never-negative',
  title: 'No wallet is, or was after any transfer, below zero',
  start: (tally) => ({
    watches: [
      rowsOf('wallets', ({ user, balance }) => {
        tally.look();
        if (balance < 0) tally.violate({ user, balance }, -balance);
      }),
      rowsOf('transfers', ({ transfer, debit, credit, kind, balanceAfter }) => {
        tally.look();
        if (balanceAfter < 0) tally.violate({ transfer, kind, debit, credit, balanceAfter }, -balanceAfter);
      }),
    ],
  }),
};
