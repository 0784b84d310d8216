import type { LedgerRow } from '../../contracts/ledger.ts';
import { joinSorted } from '../join.ts';
import { committed } from './committed.ts';
import type { LedgerInvariant } from './invariant.ts';

type Payment = LedgerRow<'payments'>;
type Transfer = LedgerRow<'transfers'>;

/** A10 of the tried audits. */
export const paymentUseTransfer: LedgerInvariant = {
  id: 'payment-use-transfer',
  title: 'Every committed payment by points took its amount from its user exactly once, and nothing else did',
  check(ledger, tally) {
    const joined = joinSorted({
      payments: { rows: ledger.rows('payments'), key: (row: Payment) => row.payment },
      transfers: { rows: ledger.by('transfers', 'ref', (row) => row.ref), key: (row: Transfer) => row.ref },
    });
    for (const { key, sides } of joined) {
      const [payment] = sides.payments.filter((row) => committed(row) && row.method === 'POINT');
      const uses = sides.transfers.filter(({ kind }) => kind === 'USE');
      if (!payment && uses.length === 0) continue;
      tally.look();
      const problem = disagreement(payment, uses);
      if (problem) tally.violate({ payment: key, problem, user: payment?.user ?? null, amount: payment?.amount ?? null, transfers: uses }, payment?.amount ?? uses[0]?.amount ?? 0);
    }
  },
};

function disagreement(payment: Payment | undefined, uses: readonly Transfer[]): string | undefined {
  if (!payment) return 'points were taken for no committed payment';
  const [use] = uses;
  if (!use) return 'no points were taken';
  if (uses.length > 1) return `points were taken ${uses.length} times`;
  if (use.debit !== `user:${payment.user}`) return `the points were taken from ${use.debit}`;
  return use.amount === payment.amount ? undefined : `${use.amount} points were taken instead of ${payment.amount}`;
}
