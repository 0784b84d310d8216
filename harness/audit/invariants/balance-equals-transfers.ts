import { by, type LedgerInvariant } from './invariant.ts';

/** A7 of the tried audits. */
export const balanceEqualsTransfers: LedgerInvariant = {
  id: 'balance-equals-transfers',
  title: "Every user with transfers has one wallet, and its balance is their sum",
  start: (tally) => ({
    watches: [
      by('account', ['transfers', 'wallets'], ({ key, wallets, transfers: legs }) => {
        tally.look();
        const balance = wallets.reduce((sum, wallet) => sum + wallet.balance, 0);
        const transfers = legs.reduce((sum, leg) => sum + leg.amount, 0);
        // A wallet that is missing is none of 0, though its transfers may add up to that.
        if (balance !== transfers || wallets.length !== 1) tally.violate({ user: key, wallets: wallets.length, balance, transfers, difference: balance - transfers }, Math.abs(balance - transfers));
      }),
    ],
  }),
};
