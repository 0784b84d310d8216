import Type, { type Static, type TSchema } from 'typebox';
import { Id, Uuid } from '../schemas/common.ts';
import type { Topic } from './topics.ts';

/** Of any event: enough to know it again and to know what it is. */
const Envelope = {
  eventId: Uuid,
  eventType: Type.String(),
  source: Type.String({ description: 'the program that says it' }),
  timestamp: Type.String({ description: 'ISO 8601, UTC' }),
};
const UserId = Type.String({ minLength: 1 });
const Krw = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'KRW' });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const SeatOf = { scheduleId: Id, seatNo: Type.Integer({ minimum: 1 }), seatId: Type.String({ description: 'scheduleId:seatNo' }) };
const ReservationOf = { reservationId: Uuid, userId: UserId, ...SeatOf, amount: Krw };
const PaymentOf = { paymentId: Uuid, method: Type.Optional(Type.Union([Type.Literal('POINT'), Type.Literal('CARD')])), ...ReservationOf };
const SeatChange = { ...SeatOf, reservationId: Uuid, fence: Type.Integer({ minimum: 1, description: 'grows with each hold of the seat: the larger is the later' }) };

/** Open for more fields: a consumer must not stumble over a producer that is newer. */
const payload = <P extends Record<string, TSchema>>(fields: P) => Type.Object({ ...Envelope, ...fields });

interface EventInfo {
  readonly topic: Topic;
  /** What the key of its messages is; events with the same key keep their order. */
  readonly key: string;
  readonly payload: TSchema;
}

/** Every event of the service, by its type. */
export const events = {
  'reservation.held': { topic: 'reservation-events', key: 'reservationId', payload: payload(ReservationOf) },
  'reservation.confirmed': { topic: 'reservation-events', key: 'reservationId', payload: payload(ReservationOf) },
  'reservation.expired': { topic: 'reservation-events', key: 'reservationId', payload: payload(ReservationOf) },
  'reservation.cancelled': { topic: 'reservation-events', key: 'reservationId', payload: payload(ReservationOf) },
  'payment.completed': { topic: 'payment-events', key: 'reservationId', payload: payload(PaymentOf) },
  'payment.refunded': { topic: 'payment-events', key: 'reservationId', payload: payload({ refundId: Type.Optional(Uuid), ...PaymentOf }) },
  'payment.failed': { topic: 'payment-events', key: 'reservationId', payload: payload(PaymentOf) },
  'user.registered': { topic: 'user-events', key: 'userId', payload: payload({ userId: UserId }) },
  'queue.tokens.activated': {
    topic: 'queue-events',
    key: 'scope',
    payload: payload({ scope: Type.String({ description: 'which queue' }), activatedCount: Count, remainingWaiting: Count, watermark: Count }),
  },
  'seat.held': { topic: 'seat-events', key: 'seatId', payload: payload(SeatChange) },
  'seat.sold': { topic: 'seat-events', key: 'seatId', payload: payload(SeatChange) },
  'seat.released': { topic: 'seat-events', key: 'seatId', payload: payload(SeatChange) },
  'notification.requested': {
    topic: 'notification-events',
    key: 'userId',
    payload: payload({ userId: UserId, template: Type.String({ description: 'type of the event it tells of' }), causedBy: Uuid, reservationId: Uuid, seatId: Type.String(), amount: Krw }),
  },
} as const satisfies Record<string, EventInfo>;

export type EventType = keyof typeof events;
export type EventPayload<T extends EventType = EventType> = Static<(typeof events)[T]['payload']>;
export const isEventType = (type: string): type is EventType => Object.hasOwn(events, type);
