import type { LedgerRow } from '../../contracts/ledger.ts';
import { committed } from './committed.ts';
import { by, type LedgerInvariant } from './invariant.ts';

type Payment = LedgerRow<'payments'>;
type Received = LedgerRow<'platform'>;

/** A13 and A14 of the tried audits. */
export const paymentAtPlatformOnce: LedgerInvariant = {
  id: 'payment-at-platform-once',
  title: 'The data platform has every committed payment exactly once, with its amount, and nothing else',
  eventual: true,
  start(tally) {
    const counted = { payments: 0, paymentsDelivered: 0 };
    return {
      watches: [
        by('payment', ['payments', 'platform'], ({ key, payments, platform: received }) => {
          const payment = payments.find(committed);
          if (!payment && received.length === 0) return;
          tally.look();
          const problem = disagreement(payment, received);
          if (payment) counted.payments++;
          if (problem === undefined) counted.paymentsDelivered++;
          else tally.violate({ payment: key, problem, reservation: payment?.reservation ?? null, amount: payment?.amount ?? null, createdMs: payment?.createdMs ?? null, received: received.slice(0, 3) }, received.length);
        }),
      ],
      counts: () => counted,
    };
  },
};

function disagreement(payment: Payment | undefined, received: readonly Received[]): string | undefined {
  if (!payment) return 'a row without a committed payment';
  const [row] = received;
  if (!row) return 'not there';
  if (received.length > 1) return `there ${received.length} times`;
  if (row.reservation !== payment.reservation) return 'there with another reservation';
  return row.amount === payment.amount ? undefined : `there with ${row.amount} instead of ${payment.amount}`;
}
