-- What the schema would forbid: two live claims on a seat, a sold seat that changes hands.
DROP INDEX one_live_per_seat;
DROP TRIGGER seats_guard ON seats;

-- The reservation of somebody who trusts his lock: he does not look whether the seat is free.
CREATE FUNCTION reserve_seat_trusting(p_rid uuid, p_user text, p_scope text, p_seq bigint, p_sched text, p_seat int, p_hold interval,
  p_event uuid, p_key text, p_hash bytea, p_trace text,
  OUT rc int, OUT o_resp jsonb, OUT o_position bigint) LANGUAGE plpgsql AS $$
DECLARE
  q queue_places%ROWTYPE;
  s seats%ROWTYPE;
  v_until timestamptz := clock_timestamp() + p_hold;
BEGIN
  SELECT * INTO q FROM queue_places WHERE scope = p_scope AND seq = p_seq;
  rc := place_refusal(q, p_user);
  IF rc <> 0 THEN RETURN; END IF;
  SELECT * INTO s FROM seats WHERE schedule_id = p_sched AND seat_no = p_seat FOR NO KEY UPDATE;
  UPDATE seats SET status = 'HELD', reservation_id = p_rid, hold_until = v_until, fence = s.fence + 1 WHERE schedule_id = p_sched AND seat_no = p_seat;
  INSERT INTO reservations (reservation_id, user_id, schedule_id, seat_no, price, status, fence, hold_until)
  VALUES (p_rid, p_user, p_sched, p_seat, s.price, 'HELD', s.fence + 1, v_until);
  o_resp := jsonb_build_object('reservationId', p_rid, 'scheduleId', p_sched, 'seatNo', p_seat, 'price', s.price,
    'holdUntil', to_char(v_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
END $$;
