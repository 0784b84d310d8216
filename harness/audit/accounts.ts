import type { LedgerRow } from '../contracts/ledger.ts';

const USER_ACCOUNT = 'user:';

/** What one transfer did to one user's account. */
export interface Leg {
  readonly user: string;
  readonly amount: number;
}

/** System accounts are left out: one of them has a leg in nearly every transfer. */
export function legsOf({ credit, debit, amount }: LedgerRow<'transfers'>): Leg[] {
  const legs: Leg[] = [];
  if (credit.startsWith(USER_ACCOUNT)) legs.push({ user: credit.slice(USER_ACCOUNT.length), amount });
  if (debit.startsWith(USER_ACCOUNT)) legs.push({ user: debit.slice(USER_ACCOUNT.length), amount: -amount });
  return legs;
}
