import { each, type MetricInfo } from '../metric-info.ts';

export const business = {
  registrations: { type: 'counter', name: 'user_registrations_total', help: 'Users who registered', labels: [] },
  logins: { type: 'counter', name: 'user_logins_total', help: 'Passwords checked', labels: ['result'], known: each('result', ['success', 'failure']) },
  reservationsCreated: { type: 'counter', name: 'reservation_created_total', help: 'Reservations that came into a status', labels: ['status'], known: each('status', ['HELD', 'CONFIRMED', 'EXPIRED']) },
  paymentAmount: { type: 'histogram', name: 'payment_amount_krw', help: 'Amount of each successful payment, KRW', labels: [], buckets: [10_000, 50_000, 100_000, 500_000, 1_000_000] },
  charges: { type: 'counter', name: 'point_charges_total', help: 'Charges of points, by what the gateway said', labels: ['result'], known: each('result', ['SUCCESS', 'FAILED', 'PENDING']) },
  queueWaiting: { type: 'gauge', name: 'queue_waiting_tokens', help: 'Places in the queue that wait for admission', labels: [] },
  queueActive: { type: 'gauge', name: 'queue_active_tokens', help: 'Admitted places that are neither used nor over', labels: [] },
  queueAdmitted: { type: 'counter', name: 'queue_admitted_total', help: 'Places admitted by this process', labels: [] },
} as const satisfies Record<string, MetricInfo>;
