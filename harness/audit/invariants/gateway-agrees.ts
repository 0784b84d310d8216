import type { LedgerRow } from '../../contracts/ledger.ts';
import { joinSorted } from '../join.ts';
import type { LedgerInvariant } from './invariant.ts';

type Charge = LedgerRow<'charges'>;
type Approval = LedgerRow<'gateway'>;
type Transfer = LedgerRow<'transfers'>;

/** The gateway took the money of every charge we call a success, once; and all it took was credited, once. */
export const gatewayAgrees: LedgerInvariant = {
  id: 'gateway-agrees',
  title: "Our charges and the gateway's own ledger agree: every success approved once, everything approved credited once",
  async check(ledger, tally) {
    const joined = joinSorted({
      charges: { rows: ledger.rows('charges'), key: (row: Charge) => row.charge },
      gateway: { rows: ledger.rows('gateway'), key: (row: Approval) => row.charge },
      transfers: { rows: ledger.by('transfers', 'ref', (row) => row.ref), key: (row: Transfer) => row.ref },
    });
    for await (const { key, sides } of joined) {
      const approvals = sides.gateway.filter(({ status }) => status === 'APPROVED');
      const credits = sides.transfers.filter(({ kind }) => kind === 'CHARGE');
      const [charge] = sides.charges;
      if (!charge && approvals.length + credits.length === 0) continue;
      tally.look();
      const problem = disagreement(charge, approvals, credits);
      if (problem) tally.violate({ charge: key, problem, ours: charge ?? null, approvals, credits }, charge?.amount ?? approvals[0]?.amount ?? credits[0]?.amount ?? 0);
    }
  },
};

function disagreement(charge: Charge | undefined, approvals: readonly Approval[], credits: readonly Transfer[]): string | undefined {
  if (approvals.length > 1) return `approved ${approvals.length} times`;
  if (credits.length > 1) return `credited ${credits.length} times`;
  if (!charge) return 'the gateway took money, or points were credited, for no charge of ours';
  const [approval] = approvals;
  const [credit] = credits;
  if (charge.status === 'SUCCESS' && !approval) return 'a success that the gateway did not approve';
  if (approval && !credit) return `approved, but never credited (the charge is ${charge.status})`;
  if (credit && !approval) return 'credited without approval';
  if (approval && charge.status !== 'SUCCESS') return `approved and credited, but the charge is ${charge.status}`;
  if (approval && approval.amount !== charge.amount) return `approved over ${approval.amount} instead of ${charge.amount}`;
  if (credit && credit.amount !== charge.amount) return `credited ${credit.amount} instead of ${charge.amount}`;
  return credit && credit.credit !== `user:${charge.user}` ? `credited to ${credit.credit}` : undefined;
}
