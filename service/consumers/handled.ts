import type { EventType } from '../events/catalogue.ts';

/** Every consumer by the name of its group, and which events it works on. Those with an inbox have an effect once; the others may repeat theirs. */
export const handled = {
  'data-platform': { inbox: true, events: ['payment.completed'] },
  projections: {
    inbox: true,
    events: ['reservation.held', 'reservation.confirmed', 'reservation.expired', 'reservation.cancelled', 'payment.completed', 'payment.refunded', 'payment.failed'],
  },
  notifier: { inbox: true, events: ['notification.requested'] },
  'seat-cache': { inbox: false, events: ['seat.held', 'seat.sold', 'seat.released'] },
} as const satisfies Record<string, { readonly inbox: boolean; readonly events: readonly EventType[] }>;
