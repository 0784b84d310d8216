import type { LedgerRow } from '../../contracts/ledger.ts';
import { committed } from './committed.ts';
import { by, type LedgerInvariant } from './invariant.ts';

type Charge = LedgerRow<'charges'>;
type Payment = LedgerRow<'payments'>;
type Approval = LedgerRow<'gateway'>;
type Transfer = LedgerRow<'transfers'>;

/** What of ours the gateway was asked to take money for. */
interface Order {
  readonly amount: number;
  readonly status: string;
  readonly taken: boolean;
  /** the account that bought points with it; a card payment buys a ticket, not points */
  readonly account: string | undefined;
}

/** The gateway took the money of every charge and card payment we call a success, once; and all it took was booked, once. */
export const gatewayAgrees: LedgerInvariant = {
  id: 'gateway-agrees',
  title: "Our charges and card payments and the gateway's own ledger agree: every success approved once, everything approved booked once",
  start: (tally) => ({
    watches: [
      by('payment', ['charges', 'payments', 'gateway', 'transfers'], ({ key, charges, payments, gateway, transfers }) => {
        const approvals = gateway.filter(({ status }) => status === 'APPROVED');
        const credits = transfers.filter(({ kind }) => kind === 'CHARGE');
        const order = orderOf(charges[0], payments[0]);
        if (!order && approvals.length + credits.length === 0) return;
        tally.look();
        const problem = disagreement(order, approvals, credits);
        if (problem) tally.violate({ charge: key, problem, ours: charges[0] ?? payments[0] ?? null, approvals, credits }, order?.amount ?? approvals[0]?.amount ?? credits[0]?.amount ?? 0);
      }),
    ],
  }),
};

function orderOf(charge: Charge | undefined, payment: Payment | undefined): Order | undefined {
  if (charge) return { amount: charge.amount, status: charge.status, taken: charge.status === 'SUCCESS', account: `user:${charge.user}` };
  if (payment?.method !== 'CARD') return undefined;
  return { amount: payment.amount, status: payment.status, taken: committed(payment), account: undefined };
}

function disagreement(order: Order | undefined, approvals: readonly Approval[], credits: readonly Transfer[]): string | undefined {
  if (approvals.length > 1) return `approved ${approvals.length} times`;
  if (credits.length > 1) return `credited ${credits.length} times`;
  if (!order) return 'the gateway took money, or points were credited, for no charge or card payment of ours';
  const { amount, status, taken, account } = order;
  const [approval] = approvals;
  const [credit] = credits;
  if (taken && !approval) return 'a success that the gateway did not approve';
  if (approval && account !== undefined && !credit) return `approved, but never credited (the charge is ${status})`;
  if (credit && account === undefined) return 'a card payment that was credited as points';
  if (credit && !approval) return 'credited without approval';
  if (approval && !taken) return `approved, but here it is ${status}`;
  if (approval && approval.amount !== amount) return `approved over ${approval.amount} instead of ${amount}`;
  if (credit && credit.amount !== amount) return `credited ${credit.amount} instead of ${amount}`;
  return credit && credit.credit !== account ? `credited to ${credit.credit}` : undefined;
}
