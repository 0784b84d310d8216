import type { LedgerRow } from '../../contracts/ledger.ts';
import { joinSorted } from '../join.ts';
import { committed, PAYMENT_COMPLETED } from './committed.ts';
import type { LedgerInvariant } from './invariant.ts';

type Payment = LedgerRow<'payments'>;
type Event = LedgerRow<'outbox'>;

/** A9 of the tried audits. An event without payment id sorts first, under "". */
export const paymentInOutbox: LedgerInvariant = {
  id: 'payment-in-outbox',
  title: 'Every committed payment has exactly one event in the outbox, and every such event a committed payment',
  check(ledger, tally) {
    const joined = joinSorted({
      payments: { rows: ledger.rows('payments'), key: (row: Payment) => row.payment },
      outbox: { rows: ledger.by('outbox', 'payment', (row) => row.payment ?? '', tellsPayment), key: (row: Event) => row.payment ?? '' },
    });
    for (const { key, sides } of joined) {
      const [payment] = sides.payments.filter(committed);
      const events = sides.outbox;
      if (!payment && events.length === 0) continue;
      tally.look();
      const problem = disagreement(payment, events);
      if (problem) tally.violate({ payment: key, problem, reservation: payment?.reservation ?? null, events: events.map(({ event }) => event) }, events.length);
    }
  },
};

const tellsPayment = ({ type }: Event): boolean => type === PAYMENT_COMPLETED;

function disagreement(payment: Payment | undefined, events: readonly Event[]): string | undefined {
  if (!payment) return 'an event without a committed payment';
  if (events.length === 0) return 'no event';
  if (events.length > 1) return `${events.length} events`;
  return events[0]?.aggregate === payment.reservation ? undefined : 'the event is of another reservation';
}
