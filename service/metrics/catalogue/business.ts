import { each, type MetricInfo } from '../metric-info.ts';

const methods = [{ method: 'POINT' }, { method: 'CARD' }] as const;

export const business = {
  registrations: { type: 'counter', name: 'user_registrations_total', help: 'Users who registered', labels: [] },
  logins: { type: 'counter', name: 'user_logins_total', help: 'Passwords checked', labels: ['result'], known: each('result', ['success', 'failure']) },
  reservationsCreated: { type: 'counter', name: 'reservation_created_total', help: 'Reservations that came into a status', labels: ['status'], known: each('status', ['HELD', 'CONFIRMED', 'EXPIRED', 'CANCELLED']) },
  paymentAmount: { type: 'histogram', name: 'payment_amount_krw', help: 'Amount of each successful payment, KRW', labels: [], buckets: [10_000, 50_000, 100_000, 500_000, 1_000_000] },
  payments: { type: 'counter', name: 'payments_total', help: 'Payments by method and result. PENDING: the gateway has not said yet, its word is counted when it has; FAILED: declined by it; REFUSED: by us', labels: ['method', 'result'], known: methods.flatMap(({ method }) => ['SUCCESS', 'PENDING', 'FAILED', 'REFUSED'].map((result) => ({ method, result }))) },
  paymentRevenue: { type: 'counter', name: 'payment_revenue_krw_total', help: 'Paid by method, KRW; what was refunded later is in payment_refunded_krw_total', labels: ['method'], known: methods },
  refunds: { type: 'counter', name: 'payment_refunds_total', help: 'Refunds by method of the payment and result', labels: ['method', 'result'], known: methods.flatMap(({ method }) => ['SUCCESS', 'PENDING', 'FAILED'].map((result) => ({ method, result }))) },
  refundedAmount: { type: 'counter', name: 'payment_refunded_krw_total', help: 'Given back by method of the payment, KRW', labels: ['method'], known: methods },
  charges: { type: 'counter', name: 'point_charges_total', help: 'Charges of points, by what the gateway said', labels: ['result'], known: each('result', ['SUCCESS', 'FAILED', 'PENDING']) },
  keysPurged: { type: 'counter', name: 'idempotency_keys_purged_total', help: 'Idempotency keys forgotten because of their age', labels: [] },
  queueWaiting: { type: 'gauge', name: 'queue_waiting_tokens', help: 'Places in the queue that wait for admission', labels: [] },
  queueActive: { type: 'gauge', name: 'queue_active_tokens', help: 'Admitted places that are neither used nor over', labels: [] },
  queueAdmitted: { type: 'counter', name: 'queue_admitted_total', help: 'Places admitted by this process', labels: [] },
  admissionFailures: { type: 'counter', name: 'queue_admission_failures_total', help: 'Steps of admission of this process that failed; while they do, nobody is let in by it', labels: [] },
  queueProgressLost: { type: 'counter', name: 'queue_progress_lost_total', help: 'Times Redis had lost the progress of a queue that it was told just before: it came back empty, and was told anew', labels: [] },
} as const satisfies Record<string, MetricInfo>;
