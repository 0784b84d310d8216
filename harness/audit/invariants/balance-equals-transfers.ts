import type { LedgerRow } from '../../contracts/ledger.ts';
import { joinSorted } from '../join.ts';
import { Sorter } from '../sorter.ts';
import type { LedgerInvariant } from './invariant.ts';

const USER_ACCOUNT = 'user:';

/** What one transfer did to one user's account. */
interface Leg {
  readonly user: string;
  readonly amount: number;
}

/** A7 of the tried audits. */
export const balanceEqualsTransfers: LedgerInvariant = {
  id: 'balance-equals-transfers',
  title: "Every user with transfers has one wallet, and its balance is their sum",
  check(ledger, tally) {
    const legs = new Sorter<Leg>(({ user }) => user, ledger.spill);
    for (const transfer of ledger.rows('transfers')) for (const leg of legsOf(transfer)) legs.add(leg);
    const joined = joinSorted({
      wallets: { rows: ledger.rows('wallets'), key: (row: LedgerRow<'wallets'>) => row.user },
      legs: { rows: legs.rows(), key: (leg: Leg) => leg.user },
    });
    for (const { key, sides } of joined) {
      tally.look();
      const balance = sides.wallets.reduce((sum, wallet) => sum + wallet.balance, 0);
      const transfers = sides.legs.reduce((sum, leg) => sum + leg.amount, 0);
      // A wallet that is missing is none of 0, though its transfers may add up to that.
      if (balance !== transfers || sides.wallets.length !== 1) tally.violate({ user: key, wallets: sides.wallets.length, balance, transfers, difference: balance - transfers }, Math.abs(balance - transfers));
    }
  },
};

/** System accounts are left out: one of them has a leg in nearly every transfer. */
function legsOf({ credit, debit, amount }: LedgerRow<'transfers'>): Leg[] {
  const legs: Leg[] = [];
  if (credit.startsWith(USER_ACCOUNT)) legs.push({ user: credit.slice(USER_ACCOUNT.length), amount });
  if (debit.startsWith(USER_ACCOUNT)) legs.push({ user: debit.slice(USER_ACCOUNT.length), amount: -amount });
  return legs;
}
