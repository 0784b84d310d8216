import type { LedgerRow } from '../../contracts/ledger.ts';
import { joinSorted } from '../join.ts';
import type { LedgerReader } from '../ledger-reader.ts';
import { committed } from './committed.ts';
import type { LedgerInvariant } from './invariant.ts';

type Payment = LedgerRow<'payments'>;
type Received = LedgerRow<'platform'>;

/** A13 and A14 of the tried audits. */
export const paymentAtPlatformOnce: LedgerInvariant = {
  id: 'payment-at-platform-once',
  title: 'The data platform has every committed payment exactly once, with its amount, and nothing else',
  eventual: true,
  check(ledger, tally) {
    for (const { key, payment, received } of paymentsAndReceived(ledger)) {
      if (!payment && received.length === 0) continue;
      tally.look();
      const problem = disagreement(payment, received);
      if (problem) tally.violate({ payment: key, problem, reservation: payment?.reservation ?? null, amount: payment?.amount ?? null, createdMs: payment?.createdMs ?? null, received: received.slice(0, 3) }, received.length);
    }
  },
};

/** How many committed payments there are, and how many of them arrived exactly once. */
export function countDelivered(ledger: LedgerReader): { payments: number; paymentsDelivered: number } {
  const count = { payments: 0, paymentsDelivered: 0 };
  for (const { payment, received } of paymentsAndReceived(ledger)) {
    if (!payment) continue;
    count.payments++;
    if (disagreement(payment, received) === undefined) count.paymentsDelivered++;
  }
  return count;
}

function* paymentsAndReceived(ledger: LedgerReader): Generator<{ key: string; payment: Payment | undefined; received: Received[] }> {
  const joined = joinSorted({
    payments: { rows: ledger.rows('payments'), key: (row: Payment) => row.payment },
    platform: { rows: ledger.rows('platform'), key: (row: Received) => row.payment },
  });
  for (const { key, sides } of joined) yield { key, payment: sides.payments.find(committed), received: sides.platform };
}

function disagreement(payment: Payment | undefined, received: readonly Received[]): string | undefined {
  if (!payment) return 'a row without a committed payment';
  const [row] = received;
  if (!row) return 'not there';
  if (received.length > 1) return `there ${received.length} times`;
  if (row.reservation !== payment.reservation) return 'there with another reservation';
  return row.amount === payment.amount ? undefined : `there with ${row.amount} instead of ${payment.amount}`;
}
