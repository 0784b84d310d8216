-- Reservation, payment and charge: each is one function, so each is one round trip and one transaction.
-- Locks are taken in the same order everywhere: idempotency key, place, seat, reservation, wallet.
-- A refusal changes nothing, and so does not bind the idempotency key.

CREATE FUNCTION event_payload(p_event uuid, p_type text, p_body jsonb) RETURNS jsonb LANGUAGE sql VOLATILE AS $$
  SELECT jsonb_build_object('eventId', p_event, 'eventType', p_type, 'source', 'ticketing',
    'timestamp', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) || p_body
$$;

-- What a key already stands for. rc NULL: nothing yet; 7: the stored answer; 8: the key was used for something else.
CREATE FUNCTION key_replay(p_user text, p_key text, p_op text, p_hash bytea, OUT rc int, OUT o_resp jsonb) LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN op <> p_op OR request_hash <> p_hash THEN 8 ELSE 7 END,
         CASE WHEN op <> p_op OR request_hash <> p_hash THEN NULL ELSE response END
    FROM idempotency_keys WHERE user_id = p_user AND key = p_key
$$;

-- rc: 0 ok, 1 no such seat, 2 taken, 7 replay, 8 key misused, 9 seat busy right now, 10 waiting, 11 no place, 12 place over
CREATE FUNCTION reserve_seat(p_rid uuid, p_user text, p_scope text, p_seq bigint, p_sched text, p_seat int, p_hold interval,
  p_event uuid, p_key text, p_hash bytea, p_trace text,
  OUT rc int, OUT o_resp jsonb, OUT o_position bigint) LANGUAGE plpgsql AS $$
DECLARE
  q queue_places%ROWTYPE;
  s seats%ROWTYPE;
  r reservations%ROWTYPE;
  v_until timestamptz;
  v_expired uuid;
BEGIN
  IF p_key IS NOT NULL THEN
    SELECT k.rc, k.o_resp INTO rc, o_resp FROM key_replay(p_user, p_key, 'reserve', p_hash) k;
    IF rc IS NOT NULL THEN RETURN; END IF;
  END IF;
  -- Cheap refusals first, without a lock or a write: this is what most requests for a hot seat come to.
  SELECT * INTO q FROM queue_places WHERE scope = p_scope AND seq = p_seq;
  rc := place_refusal(q, p_user);
  IF rc = 10 THEN SELECT p_seq - watermark INTO o_position FROM queue_head WHERE scope = p_scope; END IF;
  IF rc <> 0 THEN RETURN; END IF;
  SELECT * INTO s FROM seats WHERE schedule_id = p_sched AND seat_no = p_seat;
  IF NOT FOUND THEN rc := 1; RETURN; END IF;
  IF s.status = 'SOLD' OR (s.status = 'HELD' AND s.hold_until > clock_timestamp()) THEN
    rc := 2;
    IF p_key IS NOT NULL THEN  -- taken by this very request, sent before?
      SELECT coalesce(k.rc, 2), k.o_resp INTO rc, o_resp FROM key_replay(p_user, p_key, 'reserve', p_hash) k;
    END IF;
    RETURN;
  END IF;

  IF p_key IS NOT NULL THEN
    INSERT INTO idempotency_keys (user_id, key, op, request_hash) VALUES (p_user, p_key, 'reserve', p_hash) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      SELECT coalesce(k.rc, 9), k.o_resp INTO rc, o_resp FROM key_replay(p_user, p_key, 'reserve', p_hash) k;
      RETURN;
    END IF;
  END IF;
  -- Again under a lock: a payment of the same place may have ended it meanwhile.
  SELECT * INTO q FROM queue_places WHERE scope = p_scope AND seq = p_seq FOR SHARE;
  rc := place_refusal(q, p_user);
  IF rc = 0 THEN
    SELECT * INTO s FROM seats WHERE schedule_id = p_sched AND seat_no = p_seat FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      rc := 9;
    ELSIF s.status = 'SOLD' OR (s.status = 'HELD' AND s.hold_until > clock_timestamp()) THEN
      rc := 2;
    END IF;
  END IF;
  IF rc <> 0 THEN
    IF p_key IS NOT NULL THEN DELETE FROM idempotency_keys WHERE user_id = p_user AND key = p_key; END IF;
    RETURN;
  END IF;

  IF s.status = 'HELD' THEN
    UPDATE reservations SET status = 'EXPIRED' WHERE reservation_id = s.reservation_id AND status = 'HELD' RETURNING * INTO r;
    IF FOUND THEN
      v_expired := gen_random_uuid();
      INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload, headers)
      VALUES (v_expired, 'reservation-events', r.reservation_id::text, 'reservation.expired', event_payload(v_expired, 'reservation.expired',
        jsonb_build_object('reservationId', r.reservation_id, 'userId', r.user_id, 'scheduleId', r.schedule_id, 'seatNo', r.seat_no,
          'seatId', r.schedule_id || ':' || r.seat_no, 'amount', r.price)), jsonb_build_object('traceparent', p_trace));
    END IF;
  END IF;
  v_until := clock_timestamp() + p_hold;
  UPDATE seats SET status = 'HELD', reservation_id = p_rid, hold_until = v_until, fence = s.fence + 1
   WHERE schedule_id = p_sched AND seat_no = p_seat;
  INSERT INTO reservations (reservation_id, user_id, schedule_id, seat_no, price, status, fence, hold_until)
  VALUES (p_rid, p_user, p_sched, p_seat, s.price, 'HELD', s.fence + 1, v_until);
  INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload, headers)
  VALUES (p_event, 'reservation-events', p_rid::text, 'reservation.held', event_payload(p_event, 'reservation.held',
    jsonb_build_object('reservationId', p_rid, 'userId', p_user, 'scheduleId', p_sched, 'seatNo', p_seat,
      'seatId', p_sched || ':' || p_seat, 'amount', s.price)), jsonb_build_object('traceparent', p_trace));
  o_resp := jsonb_build_object('reservationId', p_rid, 'scheduleId', p_sched, 'seatNo', p_seat, 'price', s.price,
    'holdUntil', to_char(v_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
  IF p_key IS NOT NULL THEN
    UPDATE idempotency_keys SET status = 201, response = o_resp WHERE user_id = p_user AND key = p_key;
  END IF;
END $$;

-- rc: 0 ok, 1 not found or not the owner, 3 hold expired, 4 already paid, 5 insufficient, 6 amount differs, 7 replay, 8 key misused,
-- 10 waiting, 11 no place, 12 place over. A payment ends the place and so frees its slot in the queue.
CREATE FUNCTION pay_points(p_pid uuid, p_rid uuid, p_user text, p_scope text, p_seq bigint, p_amount bigint, p_key text, p_hash bytea,
  p_event uuid, p_confirmed_event uuid, p_tid uuid, p_trace text, OUT rc int, OUT o_resp jsonb) LANGUAGE plpgsql AS $$
DECLARE
  q queue_places%ROWTYPE;
  r reservations%ROWTYPE;
  v_balance bigint;
  v_body jsonb;
BEGIN
  INSERT INTO idempotency_keys (user_id, key, op, request_hash) VALUES (p_user, p_key, 'pay', p_hash) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT coalesce(k.rc, 9), k.o_resp INTO rc, o_resp FROM key_replay(p_user, p_key, 'pay', p_hash) k;
    RETURN;
  END IF;
  SELECT * INTO q FROM queue_places WHERE scope = p_scope AND seq = p_seq FOR NO KEY UPDATE;
  rc := place_refusal(q, p_user);
  IF rc = 0 THEN
    SELECT * INTO r FROM reservations WHERE reservation_id = p_rid AND user_id = p_user;
    PERFORM 1 FROM seats WHERE schedule_id = r.schedule_id AND seat_no = r.seat_no FOR NO KEY UPDATE;
    SELECT * INTO r FROM reservations WHERE reservation_id = p_rid AND user_id = p_user FOR NO KEY UPDATE;
    rc := CASE WHEN NOT FOUND THEN 1 WHEN r.status = 'CONFIRMED' THEN 4
               WHEN r.status <> 'HELD' OR r.hold_until <= clock_timestamp() THEN 3 WHEN r.price <> p_amount THEN 6 ELSE 0 END;
  ELSIF rc = 12 AND EXISTS (SELECT 1 FROM reservations WHERE reservation_id = p_rid AND user_id = p_user AND status = 'CONFIRMED') THEN
    rc := 4;  -- the place is over because this reservation was paid: say that
  END IF;
  IF rc = 0 THEN
    UPDATE wallets SET balance = balance - p_amount, updated_at = now() WHERE user_id = p_user AND balance >= p_amount RETURNING balance INTO v_balance;
    IF NOT FOUND THEN rc := 5; END IF;
  END IF;
  IF rc <> 0 THEN
    DELETE FROM idempotency_keys WHERE user_id = p_user AND key = p_key;
    RETURN;
  END IF;

  -- The fenced flip: only the holder with the same fence can sell.
  UPDATE seats SET status = 'SOLD', hold_until = NULL
   WHERE schedule_id = r.schedule_id AND seat_no = r.seat_no AND reservation_id = p_rid AND fence = r.fence AND status = 'HELD';
  IF NOT FOUND THEN RAISE EXCEPTION 'fence lost' USING ERRCODE = 'TK004'; END IF;
  UPDATE reservations SET status = 'CONFIRMED', confirmed_at = now() WHERE reservation_id = p_rid;
  INSERT INTO payments (payment_id, reservation_id, user_id, amount, method, status) VALUES (p_pid, p_rid, p_user, p_amount, 'POINT', 'SUCCESS');
  INSERT INTO transfers (transfer_id, debit, credit, amount, kind, ref_id, balance_after)
  VALUES (p_tid, 'user:' || p_user, 'sys:revenue', p_amount, 'USE', p_pid, v_balance);
  v_body := jsonb_build_object('paymentId', p_pid, 'userId', p_user, 'reservationId', p_rid, 'scheduleId', r.schedule_id, 'seatNo', r.seat_no,
    'seatId', r.schedule_id || ':' || r.seat_no, 'amount', p_amount);
  INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload, headers) VALUES
    (p_event, 'payment-events', p_rid::text, 'payment.completed', event_payload(p_event, 'payment.completed', v_body),
      jsonb_build_object('traceparent', p_trace)),
    (p_confirmed_event, 'reservation-events', p_rid::text, 'reservation.confirmed', event_payload(p_confirmed_event, 'reservation.confirmed', v_body - 'paymentId'),
      jsonb_build_object('traceparent', p_trace));
  UPDATE queue_places SET done_at = clock_timestamp() WHERE scope = p_scope AND seq = p_seq;
  o_resp := jsonb_build_object('paymentId', p_pid, 'reservationId', p_rid, 'scheduleId', r.schedule_id, 'seatNo', r.seat_no,
    'status', 'SUCCESS', 'amount', p_amount, 'balance', v_balance);
  UPDATE idempotency_keys SET status = 201, response = o_resp WHERE user_id = p_user AND key = p_key;
END $$;

-- First half of a charge: the row exists before the gateway is asked. rc: 0 new, 7 replay, 8 key misused
CREATE FUNCTION begin_charge(p_charge uuid, p_user text, p_amount bigint, p_key text, p_hash bytea, OUT rc int, OUT o_resp jsonb) LANGUAGE plpgsql AS $$
BEGIN
  o_resp := jsonb_build_object('chargeId', p_charge, 'status', 'PENDING');
  INSERT INTO idempotency_keys (user_id, key, op, request_hash, status, response) VALUES (p_user, p_key, 'charge', p_hash, 202, o_resp) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT coalesce(k.rc, 9), k.o_resp INTO rc, o_resp FROM key_replay(p_user, p_key, 'charge', p_hash) k;
    RETURN;
  END IF;
  INSERT INTO charges (charge_id, user_id, amount, status, idempotency_key) VALUES (p_charge, p_user, p_amount, 'PENDING', p_key);
  rc := 0;
END $$;

-- Second half: the gateway's word is final. Settling twice changes nothing. NULL when there is no such charge.
CREATE FUNCTION settle_charge(p_charge uuid, p_transfer uuid, p_status text, OUT o_resp jsonb) LANGUAGE plpgsql AS $$
DECLARE
  c charges%ROWTYPE;
  v_balance bigint;
BEGIN
  UPDATE charges SET status = p_status, settled_at = clock_timestamp() WHERE charge_id = p_charge AND status = 'PENDING' RETURNING * INTO c;
  IF NOT FOUND THEN
    SELECT k.response INTO o_resp FROM charges d JOIN idempotency_keys k ON k.user_id = d.user_id AND k.key = d.idempotency_key WHERE d.charge_id = p_charge;
    RETURN;
  END IF;
  IF p_status <> 'SUCCESS' THEN
    DELETE FROM idempotency_keys WHERE user_id = c.user_id AND key = c.idempotency_key;
    o_resp := jsonb_build_object('chargeId', p_charge, 'status', p_status);
    RETURN;
  END IF;
  INSERT INTO wallets AS w (user_id, balance) VALUES (c.user_id, c.amount)
  ON CONFLICT (user_id) DO UPDATE SET balance = w.balance + excluded.balance, updated_at = now() RETURNING balance INTO v_balance;
  INSERT INTO transfers (transfer_id, debit, credit, amount, kind, ref_id, balance_after)
  VALUES (p_transfer, 'sys:gateway', 'user:' || c.user_id, c.amount, 'CHARGE', p_charge, v_balance);
  o_resp := jsonb_build_object('chargeId', p_charge, 'status', p_status, 'balance', v_balance);
  UPDATE idempotency_keys SET status = 201, response = o_resp WHERE user_id = c.user_id AND key = c.idempotency_key;
END $$;

-- Frees overdue seats; the reservation, the seat and the event change together or not at all.
CREATE FUNCTION expire_holds(p_limit int) RETURNS TABLE (o_schedule text, o_seat int) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
  WITH due AS (
    SELECT s.schedule_id, s.seat_no, s.reservation_id FROM seats s JOIN reservations r USING (reservation_id)
     WHERE r.status = 'HELD' AND r.hold_until <= clock_timestamp() ORDER BY r.hold_until LIMIT p_limit FOR NO KEY UPDATE OF s SKIP LOCKED
  ), freed AS (
    UPDATE seats s SET status = 'AVAILABLE', reservation_id = NULL, hold_until = NULL FROM due
     WHERE s.schedule_id = due.schedule_id AND s.seat_no = due.seat_no AND s.reservation_id = due.reservation_id AND s.status = 'HELD'
    RETURNING due.reservation_id
  ), expired AS (
    UPDATE reservations r SET status = 'EXPIRED' FROM freed WHERE r.reservation_id = freed.reservation_id AND r.status = 'HELD'
    RETURNING r.*, gen_random_uuid() AS event_id
  ), told AS (
    INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload)
    SELECT e.event_id, 'reservation-events', e.reservation_id::text, 'reservation.expired', event_payload(e.event_id, 'reservation.expired',
      jsonb_build_object('reservationId', e.reservation_id, 'userId', e.user_id, 'scheduleId', e.schedule_id, 'seatNo', e.seat_no,
        'seatId', e.schedule_id || ':' || e.seat_no, 'amount', e.price))
      FROM expired e
  )
  SELECT e.schedule_id, e.seat_no FROM expired e;
END $$;
