import type { LedgerRow } from '../../contracts/ledger.ts';
import { committed } from './committed.ts';
import { by, type LedgerInvariant } from './invariant.ts';

type Payment = LedgerRow<'payments'>;
type Transfer = LedgerRow<'transfers'>;

/** A10 of the tried audits. */
export const paymentUseTransfer: LedgerInvariant = {
  id: 'payment-use-transfer',
  title: 'Every committed payment by points took its amount from its user exactly once, and nothing else did',
  start: (tally) => ({
    watches: [
      by('payment', ['payments', 'transfers'], ({ key, payments, transfers }) => {
        const payment = payments.find((row) => committed(row) && row.method === 'POINT');
        const uses = transfers.filter(({ kind }) => kind === 'USE');
        if (!payment && uses.length === 0) return;
        tally.look();
        const problem = disagreement(payment, uses);
        if (problem) tally.violate({ payment: key, problem, user: payment?.user ?? null, amount: payment?.amount ?? null, transfers: uses }, payment?.amount ?? uses[0]?.amount ?? 0);
      }),
    ],
  }),
};

function disagreement(payment: Payment | undefined, uses: readonly Transfer[]): string | undefined {
  if (!payment) return 'points were taken for no committed payment';
  const [use] = uses;
  if (!use) return 'no points were taken';
  if (uses.length > 1) return `points were taken ${uses.length} times`;
  if (use.debit !== `user:${payment.user}`) return `the points were taken from ${use.debit}`;
  return use.amount === payment.amount ? undefined : `${use.amount} points were taken instead of ${payment.amount}`;
}
