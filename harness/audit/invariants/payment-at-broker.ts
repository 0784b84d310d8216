import type { LedgerRow } from '../../contracts/ledger.ts';
import { committed } from './committed.ts';
import { by, type LedgerInvariant } from './invariant.ts';

/** The key of messages that name no payment. */
const UNREADABLE = '';

type Payment = LedgerRow<'payments'>;
type Message = LedgerRow<'broker'>;

/**
 * The relay may send an event again, never another one for the same payment, and never one of a payment that is not. Of
 * messages that nobody can read a fault that sends such explains as many as the experiment says.
 */
export const paymentAtBroker: LedgerInvariant = {
  id: 'payment-at-broker',
  title: "Every committed payment's event is at the broker at least once, with its amount, and no other payment's is",
  eventual: true,
  start: (tally, { plan }) => ({
    watches: [
      by('payment', ['payments', 'broker'], ({ key, payments, broker: messages }) => {
        const payment = payments.find(committed);
        if (!payment && messages.length === 0) return;
        if (key === UNREADABLE && messages.length <= (plan.audit?.deadLettersMax ?? 0)) return;
        tally.look();
        const problem = disagreement(payment, messages);
        if (problem) tally.violate({ payment: key, problem, amount: payment?.amount ?? null, createdMs: payment?.createdMs ?? null, messages: messages.slice(0, 3) }, payment?.amount ?? 0);
      }),
    ],
  }),
};

function disagreement(payment: Payment | undefined, messages: readonly Message[]): string | undefined {
  if (!payment) return 'a message without a committed payment';
  if (messages.length === 0) return 'no message';
  if (new Set(messages.map(({ event }) => event)).size > 1) return 'messages of different events';
  return messages.every(({ amount }) => amount === payment.amount) ? undefined : `the message says another amount than ${payment.amount}`;
}
