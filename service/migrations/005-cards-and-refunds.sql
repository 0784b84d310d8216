-- Paying by card, cancelling, refunding. Locks as everywhere: idempotency key, place, seat, reservation, wallet.
-- While a card payment waits for the gateway, the seat's hold_until is 'infinity': nobody can take the seat and nothing
-- expires it. The reservation keeps the end that its buyer was told, for the case that the gateway declines.

-- A card payment: who waits for its answer, and which place in the queue it ends.
ALTER TABLE payments ADD COLUMN idempotency_key text, ADD COLUMN scope text, ADD COLUMN seq bigint;
CREATE INDEX payments_pending ON payments (created_at) WHERE status = 'PENDING';

-- As with charges, the row exists before the gateway is asked.
CREATE TABLE refunds (
  refund_id       uuid PRIMARY KEY,
  payment_id      uuid NOT NULL REFERENCES payments,
  user_id         text NOT NULL,
  amount          bigint NOT NULL CHECK (amount > 0),
  status          text NOT NULL CHECK (status IN ('PENDING', 'SUCCESS', 'FAILED')),
  idempotency_key text,
  created_at      timestamptz NOT NULL DEFAULT now(),
  settled_at      timestamptz,
  CHECK ((status = 'PENDING') = (settled_at IS NULL))
);
CREATE UNIQUE INDEX one_live_refund ON refunds (payment_id) WHERE status IN ('PENDING', 'SUCCESS');
CREATE INDEX refunds_pending ON refunds (created_at) WHERE status = 'PENDING';

CREATE FUNCTION tell(p_topic text, p_type text, p_aggregate uuid, p_body jsonb, p_trace text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_event uuid := gen_random_uuid();
BEGIN
  INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload, headers)
  VALUES (v_event, p_topic, p_aggregate::text, p_type, event_payload(v_event, p_type, p_body), jsonb_strip_nulls(jsonb_build_object('traceparent', p_trace)));
END $$;

CREATE FUNCTION reservation_body(r reservations) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('reservationId', r.reservation_id, 'userId', r.user_id, 'scheduleId', r.schedule_id, 'seatNo', r.seat_no,
    'seatId', r.schedule_id || ':' || r.seat_no, 'amount', r.price)
$$;

-- What its owner is told of a reservation: a hold that is over is expired, cleared away or not; not one with a payment under way.
CREATE FUNCTION reservation_status(r reservations) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT CASE WHEN r.status = 'HELD' AND r.hold_until <= clock_timestamp()
                   AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.reservation_id = r.reservation_id AND p.status = 'PENDING')
              THEN 'EXPIRED' ELSE r.status END
$$;

-- Whether a reservation may be paid now, with place, seat and reservation locked. rc: 0 yes, 1 not found or not the owner,
-- 3 hold expired, 4 already paid, 6 amount differs, 10 waiting, 11 no place, 12 place over,
-- 14 payment under way, 15 cancelled, 17 the place is in the queue of another schedule
CREATE FUNCTION payable(p_rid uuid, p_user text, p_scope text, p_seq bigint, p_amount bigint, OUT rc int, OUT r reservations) LANGUAGE plpgsql AS $$
DECLARE
  q queue_places%ROWTYPE;
  s seats%ROWTYPE;
BEGIN
  SELECT * INTO q FROM queue_places WHERE scope = p_scope AND seq = p_seq FOR NO KEY UPDATE;
  rc := place_refusal(q, p_user);
  IF rc = 12 AND EXISTS (SELECT 1 FROM reservations x WHERE x.reservation_id = p_rid AND x.user_id = p_user AND x.status = 'CONFIRMED') THEN
    rc := 4;  -- the place is over because this reservation was paid: say that
  END IF;
  IF rc <> 0 THEN RETURN; END IF;
  SELECT * INTO r FROM reservations x WHERE x.reservation_id = p_rid AND x.user_id = p_user;
  SELECT * INTO s FROM seats WHERE schedule_id = r.schedule_id AND seat_no = r.seat_no FOR NO KEY UPDATE;
  SELECT * INTO r FROM reservations x WHERE x.reservation_id = p_rid AND x.user_id = p_user FOR NO KEY UPDATE;
  rc := CASE WHEN NOT FOUND THEN 1 WHEN p_scope NOT IN ('all', r.schedule_id) THEN 17
             WHEN r.status = 'CONFIRMED' THEN 4 WHEN r.status = 'CANCELLED' THEN 15
             WHEN s.reservation_id = p_rid AND s.hold_until = 'infinity' THEN 14
             WHEN r.status <> 'HELD' OR r.hold_until <= clock_timestamp() THEN 3 WHEN r.price <> p_amount THEN 6 ELSE 0 END;
END $$;

-- The money is there: the seat is sold, the world is told, the place in the queue is over.
CREATE FUNCTION confirm_sale(r reservations, p_pid uuid, p_method text, p_scope text, p_seq bigint, p_trace text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- The fenced flip: only the holder with the same fence can sell.
  UPDATE seats SET status = 'SOLD', hold_until = NULL
   WHERE schedule_id = r.schedule_id AND seat_no = r.seat_no AND reservation_id = r.reservation_id AND fence = r.fence AND status = 'HELD';
  IF NOT FOUND THEN RAISE EXCEPTION 'fence lost' USING ERRCODE = 'TK004'; END IF;
  UPDATE reservations SET status = 'CONFIRMED', confirmed_at = now() WHERE reservation_id = r.reservation_id;
  PERFORM tell('payment-events', 'payment.completed', r.reservation_id, jsonb_build_object('paymentId', p_pid, 'method', p_method) || reservation_body(r), p_trace);
  PERFORM tell('reservation-events', 'reservation.confirmed', r.reservation_id, reservation_body(r), p_trace);
  UPDATE queue_places SET done_at = least(clock_timestamp(), expires_at) WHERE scope = p_scope AND seq = p_seq AND done_at IS NULL;
END $$;

-- The seat of a live reservation is on sale again, at once.
CREATE FUNCTION release_seat(r reservations, p_trace text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE seats SET status = 'AVAILABLE', reservation_id = NULL, hold_until = NULL
   WHERE schedule_id = r.schedule_id AND seat_no = r.seat_no AND reservation_id = r.reservation_id AND fence = r.fence;
  IF NOT FOUND THEN RAISE EXCEPTION 'fence lost' USING ERRCODE = 'TK004'; END IF;
  UPDATE reservations SET status = 'CANCELLED', confirmed_at = NULL WHERE reservation_id = r.reservation_id;
  PERFORM tell('reservation-events', 'reservation.cancelled', r.reservation_id, reservation_body(r), p_trace);
END $$;

-- rc: 0 ok, 5 insufficient, 7 replay, 8 key misused, 9 key busy right now, or why it is not payable
DROP FUNCTION pay_points;
CREATE FUNCTION pay_points(p_pid uuid, p_rid uuid, p_user text, p_scope text, p_seq bigint, p_amount bigint, p_key text, p_hash bytea,
  p_tid uuid, p_trace text, OUT rc int, OUT o_resp jsonb) LANGUAGE plpgsql AS $$
DECLARE
  v record;
  r reservations%ROWTYPE;
  v_balance bigint;
BEGIN
  INSERT INTO idempotency_keys (user_id, key, op, request_hash) VALUES (p_user, p_key, 'pay', p_hash) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT coalesce(k.rc, 9), k.o_resp INTO rc, o_resp FROM key_replay(p_user, p_key, 'pay', p_hash) k;
    RETURN;
  END IF;
  SELECT * INTO v FROM payable(p_rid, p_user, p_scope, p_seq, p_amount);
  rc := v.rc;
  IF rc = 0 THEN
    UPDATE wallets SET balance = balance - p_amount, updated_at = now() WHERE user_id = p_user AND balance >= p_amount RETURNING balance INTO v_balance;
    IF NOT FOUND THEN rc := 5; END IF;
  END IF;
  IF rc <> 0 THEN
    DELETE FROM idempotency_keys WHERE user_id = p_user AND key = p_key;
    RETURN;
  END IF;
  r := v.r;
  INSERT INTO payments (payment_id, reservation_id, user_id, amount, method, status) VALUES (p_pid, p_rid, p_user, p_amount, 'POINT', 'SUCCESS');
  INSERT INTO transfers (transfer_id, debit, credit, amount, kind, ref_id, balance_after)
  VALUES (p_tid, 'user:' || p_user, 'sys:revenue', p_amount, 'USE', p_pid, v_balance);
  PERFORM confirm_sale(r, p_pid, 'POINT', p_scope, p_seq, p_trace);
  o_resp := jsonb_build_object('paymentId', p_pid, 'reservationId', p_rid, 'scheduleId', r.schedule_id, 'seatNo', r.seat_no,
    'method', 'POINT', 'status', 'SUCCESS', 'amount', p_amount, 'balance', v_balance);
  UPDATE idempotency_keys SET status = 201, response = o_resp WHERE user_id = p_user AND key = p_key;
END $$;

-- First half of a card payment: the row exists and the seat is fenced before the gateway is asked. rc as with pay_points
CREATE FUNCTION begin_card_payment(p_pid uuid, p_rid uuid, p_user text, p_scope text, p_seq bigint, p_amount bigint, p_key text, p_hash bytea,
  OUT rc int, OUT o_resp jsonb) LANGUAGE plpgsql AS $$
DECLARE
  v record;
  r reservations%ROWTYPE;
BEGIN
  INSERT INTO idempotency_keys (user_id, key, op, request_hash) VALUES (p_user, p_key, 'pay', p_hash) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT coalesce(k.rc, 9), k.o_resp INTO rc, o_resp FROM key_replay(p_user, p_key, 'pay', p_hash) k;
    RETURN;
  END IF;
  SELECT * INTO v FROM payable(p_rid, p_user, p_scope, p_seq, p_amount);
  rc := v.rc;
  IF rc <> 0 THEN
    DELETE FROM idempotency_keys WHERE user_id = p_user AND key = p_key;
    RETURN;
  END IF;
  r := v.r;
  UPDATE seats SET hold_until = 'infinity'
   WHERE schedule_id = r.schedule_id AND seat_no = r.seat_no AND reservation_id = p_rid AND fence = r.fence AND status = 'HELD';
  IF NOT FOUND THEN RAISE EXCEPTION 'fence lost' USING ERRCODE = 'TK004'; END IF;
  INSERT INTO payments (payment_id, reservation_id, user_id, amount, method, status, idempotency_key, scope, seq)
  VALUES (p_pid, p_rid, p_user, p_amount, 'CARD', 'PENDING', p_key, p_scope, p_seq);
  o_resp := jsonb_build_object('paymentId', p_pid, 'reservationId', p_rid, 'scheduleId', r.schedule_id, 'seatNo', r.seat_no,
    'method', 'CARD', 'status', 'PENDING', 'amount', p_amount);
  UPDATE idempotency_keys SET status = 202, response = o_resp WHERE user_id = p_user AND key = p_key;
END $$;

-- Second half: the gateway's word is final. Settling twice changes nothing. A refusal in time leaves the hold as it was;
-- a late one, of which nobody may hear any more, frees the seat. NULL when there is no such payment.
CREATE FUNCTION settle_card_payment(p_pid uuid, p_status text, p_late boolean, p_trace text, OUT o_changed boolean, OUT o_resp jsonb) LANGUAGE plpgsql AS $$
DECLARE
  p payments%ROWTYPE;
  r reservations%ROWTYPE;
BEGIN
  o_changed := false;
  SELECT * INTO p FROM payments WHERE payment_id = p_pid AND method = 'CARD';
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM 1 FROM queue_places WHERE scope = p.scope AND seq = p.seq FOR NO KEY UPDATE;
  PERFORM 1 FROM seats s JOIN reservations x USING (schedule_id, seat_no) WHERE x.reservation_id = p.reservation_id FOR NO KEY UPDATE OF s;
  SELECT * INTO r FROM reservations WHERE reservation_id = p.reservation_id FOR NO KEY UPDATE;
  UPDATE payments SET status = p_status, gateway_tx = CASE WHEN p_status = 'SUCCESS' THEN p_pid::text END
   WHERE payment_id = p_pid AND status = 'PENDING';
  o_changed := FOUND;
  SELECT * INTO p FROM payments WHERE payment_id = p_pid;
  o_resp := jsonb_build_object('paymentId', p_pid, 'reservationId', p.reservation_id, 'scheduleId', r.schedule_id, 'seatNo', r.seat_no,
    'method', 'CARD', 'status', p.status, 'amount', p.amount);
  IF NOT o_changed THEN RETURN; END IF;

  IF p_status = 'SUCCESS' THEN
    PERFORM confirm_sale(r, p_pid, 'CARD', p.scope, p.seq, p_trace);
    UPDATE idempotency_keys SET status = 201, response = o_resp WHERE user_id = p.user_id AND key = p.idempotency_key;
    RETURN;
  END IF;
  IF p_late THEN
    PERFORM release_seat(r, p_trace);
    PERFORM tell('payment-events', 'payment.failed', r.reservation_id, jsonb_build_object('paymentId', p_pid, 'method', 'CARD') || reservation_body(r), p_trace);
  ELSE
    UPDATE seats SET hold_until = r.hold_until
     WHERE schedule_id = r.schedule_id AND seat_no = r.seat_no AND reservation_id = r.reservation_id AND fence = r.fence AND status = 'HELD';
  END IF;
  DELETE FROM idempotency_keys WHERE user_id = p.user_id AND key = p.idempotency_key;
END $$;

-- Gives a held seat back. rc: 0 ok, 1 not found or not the owner, 3 hold expired, 7 cancelled before, 13 confirmed, 14 payment under way
CREATE FUNCTION cancel_reservation(p_rid uuid, p_user text, p_trace text, OUT rc int, OUT o_schedule text) LANGUAGE plpgsql AS $$
DECLARE
  s seats%ROWTYPE;
  r reservations%ROWTYPE;
BEGIN
  SELECT * INTO r FROM reservations WHERE reservation_id = p_rid AND user_id = p_user;
  IF NOT FOUND THEN rc := 1; RETURN; END IF;
  SELECT * INTO s FROM seats WHERE schedule_id = r.schedule_id AND seat_no = r.seat_no FOR NO KEY UPDATE;
  SELECT * INTO r FROM reservations WHERE reservation_id = p_rid FOR NO KEY UPDATE;
  o_schedule := r.schedule_id;
  rc := CASE WHEN r.status = 'CANCELLED' THEN 7 WHEN r.status = 'CONFIRMED' THEN 13
             WHEN s.reservation_id = p_rid AND s.hold_until = 'infinity' THEN 14
             WHEN r.status <> 'HELD' OR r.hold_until <= clock_timestamp() THEN 3 ELSE 0 END;
  IF rc = 0 THEN PERFORM release_seat(r, p_trace); END IF;
END $$;

CREATE FUNCTION refund_body(f refunds) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('refundId', f.refund_id, 'paymentId', f.payment_id, 'reservationId', p.reservation_id, 'method', p.method,
    'status', f.status, 'amount', f.amount)
    FROM payments p WHERE p.payment_id = f.payment_id
$$;

-- Second half of a refund: points are back in the wallet, the card's money was given back by the gateway; the seat is on
-- sale again. A refund that the gateway declines changes nothing. Settling twice neither. NULL when there is no such refund.
CREATE FUNCTION settle_refund(p_refund uuid, p_status text, p_trace text, OUT o_changed boolean, OUT o_resp jsonb, OUT o_schedule text) LANGUAGE plpgsql AS $$
DECLARE
  f refunds%ROWTYPE;
  p payments%ROWTYPE;
  r reservations%ROWTYPE;
  v_balance bigint;
BEGIN
  o_changed := false;
  SELECT * INTO f FROM refunds WHERE refund_id = p_refund;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT * INTO p FROM payments WHERE payment_id = f.payment_id;
  PERFORM 1 FROM seats s JOIN reservations x USING (schedule_id, seat_no) WHERE x.reservation_id = p.reservation_id FOR NO KEY UPDATE OF s;
  SELECT * INTO r FROM reservations WHERE reservation_id = p.reservation_id FOR NO KEY UPDATE;
  UPDATE refunds SET status = p_status, settled_at = clock_timestamp() WHERE refund_id = p_refund AND status = 'PENDING';
  o_changed := FOUND;
  SELECT * INTO f FROM refunds WHERE refund_id = p_refund;
  o_resp := refund_body(f);
  o_schedule := r.schedule_id;
  IF NOT o_changed THEN RETURN; END IF;
  IF p_status <> 'SUCCESS' THEN
    DELETE FROM idempotency_keys WHERE user_id = f.user_id AND key = f.idempotency_key;
    RETURN;
  END IF;

  UPDATE payments SET status = 'REFUNDED' WHERE payment_id = p.payment_id AND status = 'SUCCESS';
  IF NOT FOUND THEN RAISE EXCEPTION 'nothing to refund' USING ERRCODE = 'TK006'; END IF;
  IF p.method = 'POINT' THEN
    UPDATE wallets SET balance = balance + p.amount, updated_at = now() WHERE user_id = p.user_id RETURNING balance INTO v_balance;
    INSERT INTO transfers (transfer_id, debit, credit, amount, kind, ref_id, balance_after)
    VALUES (p_refund, 'sys:revenue', 'user:' || p.user_id, p.amount, 'REFUND', p.payment_id, v_balance);
  END IF;
  PERFORM set_config('app.refund', 'on', true);
  PERFORM release_seat(r, p_trace);
  PERFORM set_config('app.refund', 'off', true);
  PERFORM tell('payment-events', 'payment.refunded', r.reservation_id,
    jsonb_build_object('paymentId', p.payment_id, 'refundId', p_refund, 'method', p.method) || reservation_body(r), p_trace);
END $$;

-- First half of a refund. Points are given back here and now; a card's refund is PENDING until the gateway was asked.
-- A payment is refunded once, whatever keys it is asked for with; a key only stands for its request.
-- rc: 0 new, 1 not found or not the owner, 7 asked for before, 8 key misused, 9 key busy, 14 payment under way, 16 never paid
CREATE FUNCTION begin_refund(p_refund uuid, p_pid uuid, p_user text, p_key text, p_hash bytea, p_trace text,
  OUT rc int, OUT o_resp jsonb, OUT o_schedule text) LANGUAGE plpgsql AS $$
DECLARE
  p payments%ROWTYPE;
  f refunds%ROWTYPE;
  v_bound boolean := false;
BEGIN
  IF p_key IS NOT NULL THEN
    INSERT INTO idempotency_keys (user_id, key, op, request_hash, status, response)
    VALUES (p_user, p_key, 'refund', p_hash, 201, jsonb_build_object('paymentId', p_pid)) ON CONFLICT DO NOTHING;
    v_bound := FOUND;
    IF NOT v_bound THEN
      SELECT coalesce(k.rc, 9) INTO rc FROM key_replay(p_user, p_key, 'refund', p_hash) k;
      IF rc <> 7 THEN RETURN; END IF;
    END IF;
  END IF;
  rc := 0;
  SELECT * INTO p FROM payments WHERE payment_id = p_pid AND user_id = p_user;
  IF NOT FOUND THEN
    rc := 1;
  ELSE
    PERFORM 1 FROM seats s JOIN reservations x USING (schedule_id, seat_no) WHERE x.reservation_id = p.reservation_id FOR NO KEY UPDATE OF s;
    PERFORM 1 FROM reservations WHERE reservation_id = p.reservation_id FOR NO KEY UPDATE;
    SELECT * INTO p FROM payments WHERE payment_id = p_pid;
    SELECT * INTO f FROM refunds WHERE payment_id = p_pid AND status IN ('PENDING', 'SUCCESS');
    IF FOUND THEN
      rc := 7;
      o_resp := refund_body(f);
      RETURN;
    END IF;
    IF p.status = 'PENDING' THEN rc := 14; ELSIF p.status <> 'SUCCESS' THEN rc := 16; END IF;
  END IF;
  IF rc <> 0 THEN
    IF v_bound THEN DELETE FROM idempotency_keys WHERE user_id = p_user AND key = p_key; END IF;
    RETURN;
  END IF;
  INSERT INTO refunds (refund_id, payment_id, user_id, amount, status, idempotency_key)
  VALUES (p_refund, p_pid, p_user, p.amount, 'PENDING', p_key) RETURNING * INTO f;
  o_resp := refund_body(f);
  IF p.method = 'POINT' THEN SELECT s.o_resp, s.o_schedule INTO o_resp, o_schedule FROM settle_refund(p_refund, 'SUCCESS', p_trace) s; END IF;
END $$;

-- As before, and: a seat whose card payment is under way is left alone. Its own hold_until says so, and the seat is the
-- row that is locked: one that was fenced a moment ago is looked at again.
CREATE OR REPLACE FUNCTION expire_holds(p_limit int) RETURNS TABLE (o_schedule text, o_seat int) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
  WITH due AS (
    SELECT s.schedule_id, s.seat_no, s.reservation_id FROM seats s JOIN reservations r USING (reservation_id)
     WHERE r.status = 'HELD' AND r.hold_until <= clock_timestamp() AND s.hold_until <= clock_timestamp()
     ORDER BY r.hold_until LIMIT p_limit FOR NO KEY UPDATE OF s SKIP LOCKED
  ), freed AS (
    UPDATE seats s SET status = 'AVAILABLE', reservation_id = NULL, hold_until = NULL FROM due
     WHERE s.schedule_id = due.schedule_id AND s.seat_no = due.seat_no AND s.reservation_id = due.reservation_id AND s.status = 'HELD'
    RETURNING due.reservation_id
  ), expired AS (
    UPDATE reservations r SET status = 'EXPIRED' FROM freed WHERE r.reservation_id = freed.reservation_id AND r.status = 'HELD'
    RETURNING r.*
  ), told AS (
    INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload)
    SELECT x.event_id, 'reservation-events', x.reservation_id::text, 'reservation.expired', event_payload(x.event_id, 'reservation.expired', x.body)
      FROM (SELECT gen_random_uuid() AS event_id, e.reservation_id, reservation_body(e::reservations) AS body FROM expired e) x
  )
  SELECT e.schedule_id, e.seat_no FROM expired e;
END $$;
