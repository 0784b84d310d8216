import type { LedgerRow } from '../../contracts/ledger.ts';

/** Type of the event that tells the world of a payment. */
export const PAYMENT_COMPLETED = 'payment.completed';

/** Money changed hands: it counts as sold, and it must have been told. A refund does not undo that it was paid. */
export const committed = ({ status }: Pick<LedgerRow<'payments'>, 'status'>): boolean => status === 'SUCCESS' || status === 'REFUNDED';
