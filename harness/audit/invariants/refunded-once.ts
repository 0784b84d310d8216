import type { LedgerRow } from '../../contracts/ledger.ts';
import { by, type LedgerInvariant } from './invariant.ts';

type Payment = LedgerRow<'payments'>;
type Refund = LedgerRow<'refunds'>;
type Transfer = LedgerRow<'transfers'>;
type GivenBack = LedgerRow<'gatewayRefunds'>;

/** Points go back to their wallet, a card is paid back by the gateway, each payment once and no other. */
export const refundedOnce: LedgerInvariant = {
  id: 'refunded-once',
  title: 'The money of every refunded payment went back exactly once, where it came from, and no other money did',
  mayBeEmpty: true,
  start: (tally) => ({
    watches: [
      by('payment', ['payments', 'refunds', 'transfers', 'gatewayRefunds'], ({ key, payments: [payment], ...sides }) => {
        const refunds = sides.refunds.filter(({ status }) => status === 'SUCCESS');
        const transfers = sides.transfers.filter(({ kind }) => kind === 'REFUND');
        const givenBack = sides.gatewayRefunds.filter(({ status }) => status === 'APPROVED');
        if (payment?.status !== 'REFUNDED' && refunds.length + transfers.length + givenBack.length === 0) return;
        tally.look();
        const problem = disagreement(payment, refunds, payment?.method === 'CARD' ? givenBack : transfers, payment?.method === 'CARD' ? transfers : givenBack);
        if (problem) tally.violate({ payment: key, problem, ours: payment ?? null, refunds, transfers, givenBack }, payment?.amount ?? 0);
      }),
    ],
  }),
};

type Return = Transfer | GivenBack;

/** `returns`: the money as it went back the way it came; `astray`: the other way. */
function disagreement(payment: Payment | undefined, refunds: readonly Refund[], returns: readonly Return[], astray: readonly Return[]): string | undefined {
  if (!payment) return 'money went back for no payment of ours';
  if (astray.length > 0) return `the money of a payment by ${payment.method} went back another way`;
  if (refunds.length > 1) return `refunded ${refunds.length} times`;
  if (returns.length > 1) return `the money went back ${returns.length} times`;
  const [refund] = refunds;
  const [back] = returns;
  if (payment.status !== 'REFUNDED') return `the money went back, but the payment is ${payment.status}`;
  if (!refund) return 'refunded, but there is no refund';
  if (!back) return 'refunded, but no money went back';
  if (refund.amount !== payment.amount || back.amount !== payment.amount) return `${refund.amount} refunded and ${back.amount} given back of ${payment.amount}`;
  if (refund.user !== payment.user) return 'refunded to another user';
  return 'credit' in back && back.credit !== `user:${payment.user}` ? `the points went to ${back.credit}` : undefined;
}
