import { Problem } from './problem.ts';

/** Why the database did not do it: the return codes of the functions in migrations/, as the buyer hears them. */
export function refusal(rc: number, facts: { position?: number | undefined } = {}): Problem {
  switch (rc) {
    case 1:
      return new Problem(404, 'NOT_FOUND', 'there is no such seat or reservation of yours');
    case 2:
      return new Problem(409, 'SEAT_TAKEN', 'this seat is taken');
    case 3:
      return new Problem(410, 'HOLD_EXPIRED', 'the hold on this seat has run out');
    case 4:
      return new Problem(409, 'ALREADY_PAID', 'this reservation is paid already');
    case 5:
      return new Problem(402, 'INSUFFICIENT_POINTS', 'there are not enough points; charge some first');
    case 6:
      return new Problem(422, 'AMOUNT_MISMATCH', 'the amount is not the price of the reservation');
    case 8:
      return new Problem(422, 'IDEMPOTENCY_KEY_REUSED', 'this Idempotency-Key was used for another request');
    case 9:
      return new Problem(409, 'BUSY', 'somebody else is changing the same thing right now', { retryable: true });
    case 10:
      return new Problem(403, 'QUEUE_WAITING', 'it is not your turn yet', { retryable: true, extra: facts.position === undefined ? {} : { position: facts.position } });
    case 11:
      return new Problem(401, 'TOKEN_UNKNOWN', 'there is no such place in the queue');
    case 12:
      return new Problem(403, 'TOKEN_OVER', 'this place in the queue was used, left or ran out; ask for a new token');
    case 13:
      return new Problem(409, 'RESERVATION_CONFIRMED', 'this reservation is paid; ask for a refund of its payment');
    case 14:
      return new Problem(409, 'PAYMENT_PENDING', 'the gateway has not said yet whether the card was charged', { retryable: true });
    case 15:
      return new Problem(410, 'RESERVATION_CANCELLED', 'this reservation was cancelled');
    case 16:
      return new Problem(409, 'NOT_PAID', 'this payment never took any money');
    case 17:
      return new Problem(403, 'WRONG_QUEUE', 'this queue token is good for another schedule');
    default:
      return new Problem(500, 'INTERNAL', 'unexpected answer of the database');
  }
}
