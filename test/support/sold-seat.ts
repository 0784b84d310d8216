import { PRICE, SCHEDULE } from './service.ts';

/** SQL that leaves one bought seat as it is when all is well: paid by points, published. Seat 1 must be free. */
export const soldSeat = (reservationId: string, user: string): string => `
  UPDATE queue_tail SET last_seq = last_seq + 1 WHERE scope = 'all';
  UPDATE queue_head SET watermark = (SELECT last_seq FROM queue_tail WHERE scope = 'all') WHERE scope = 'all';
  INSERT INTO queue_places (scope, seq, user_id, issued_at, admitted_at, expires_at, done_at)
  SELECT 'all', last_seq, '${user}', now(), now(), now() + interval '5 minutes', now() FROM queue_tail WHERE scope = 'all';
  INSERT INTO charges (charge_id, user_id, amount, status, idempotency_key, settled_at) VALUES ('${reservationId}'::uuid, '${user}', ${PRICE}, 'SUCCESS', 'c', now());
  INSERT INTO wallets (user_id, balance) VALUES ('${user}', 0);
  INSERT INTO idempotency_keys (user_id, key, op, request_hash, status, response) VALUES ('${user}', 'c', 'charge', '', 201, '{}');
  INSERT INTO transfers VALUES (gen_random_uuid(), 'sys:gateway', 'user:${user}', ${PRICE}, 'CHARGE', '${reservationId}'::uuid, ${PRICE}, now());
  INSERT INTO reservations VALUES ('${reservationId}'::uuid, '${user}', '${SCHEDULE}', 1, ${PRICE}, 'CONFIRMED', 1, now(), now(), now());
  UPDATE seats SET status = 'SOLD', fence = 1, reservation_id = '${reservationId}'::uuid WHERE schedule_id = '${SCHEDULE}' AND seat_no = 1;
  INSERT INTO payments (payment_id, reservation_id, user_id, amount, method, status) VALUES ('${reservationId}'::uuid, '${reservationId}'::uuid, '${user}', ${PRICE}, 'POINT', 'SUCCESS');
  INSERT INTO transfers VALUES (gen_random_uuid(), 'user:${user}', 'sys:revenue', ${PRICE}, 'USE', '${reservationId}'::uuid, 0, now());
  INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload, published_at) VALUES (gen_random_uuid(), 'payment-events', '${reservationId}', 'payment.completed', jsonb_build_object('paymentId', '${reservationId}'::uuid), now())`;
