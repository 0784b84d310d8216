import type { LedgerRow } from '../../contracts/ledger.ts';
import { committed } from './committed.ts';
import { by, type LedgerInvariant } from './invariant.ts';

type Payment = LedgerRow<'payments'>;
type Event = LedgerRow<'outbox'>;

/** A9 of the tried audits. An event without payment id sorts first, under "". */
export const paymentInOutbox: LedgerInvariant = {
  id: 'payment-in-outbox',
  title: 'Every committed payment has exactly one event in the outbox, and every such event a committed payment',
  start: (tally) => ({
    watches: [
      by('payment', ['payments', 'outbox'], ({ key, payments, outbox: events }) => {
        const payment = payments.find(committed);
        if (!payment && events.length === 0) return;
        tally.look();
        const problem = disagreement(payment, events);
        if (problem) tally.violate({ payment: key, problem, reservation: payment?.reservation ?? null, events: events.map(({ event }) => event) }, events.length);
      }),
    ],
  }),
};

function disagreement(payment: Payment | undefined, events: readonly Event[]): string | undefined {
  if (!payment) return 'an event without a committed payment';
  if (events.length === 0) return 'no event';
  if (events.length > 1) return `${events.length} events`;
  return events[0]?.aggregate === payment.reservation ? undefined : 'the event is of another reservation';
}
