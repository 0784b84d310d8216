-- Concerts, schedules and seats in bulk: each is one statement, so all of it is there or nothing.

-- Seats of schedules that are there: [{scheduleId, seats: [{from, to, price}]}]
CREATE FUNCTION insert_seats(p_schedules jsonb) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_count int;
BEGIN
  INSERT INTO seats (schedule_id, seat_no, price)
  SELECT s."scheduleId", n, r.price
    FROM jsonb_to_recordset(p_schedules) AS s ("scheduleId" text, seats jsonb)
   CROSS JOIN LATERAL jsonb_to_recordset(s.seats) AS r ("from" int, "to" int, price bigint)
   CROSS JOIN LATERAL generate_series(r."from", r."to") AS n;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;

CREATE FUNCTION insert_schedules(p_concert text, p_schedules jsonb) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO schedules (schedule_id, concert_id, starts_at, seats_total)
  SELECT s."scheduleId", p_concert, s."startsAt", (SELECT sum(r."to" - r."from" + 1) FROM jsonb_to_recordset(s.seats) AS r ("from" int, "to" int))
    FROM jsonb_to_recordset(p_schedules) AS s ("scheduleId" text, "startsAt" timestamptz, seats jsonb);
  RETURN insert_seats(p_schedules);
END $$;

-- rc: 0 ok, 1 no such concert, or what is there already: concerts_pkey, schedules_pkey or seats_pkey in o_exists
CREATE FUNCTION create_opening(p_concert text, p_title text, p_opens timestamptz, p_schedules jsonb, p_fresh boolean,
  OUT rc int, OUT o_seats int, OUT o_exists text) LANGUAGE plpgsql AS $$
BEGIN
  rc := 0;
  IF p_fresh THEN
    INSERT INTO concerts (concert_id, title, opens_at) VALUES (p_concert, p_title, p_opens);
  ELSE
    PERFORM 1 FROM concerts WHERE concert_id = p_concert FOR KEY SHARE;
    IF NOT FOUND THEN
      rc := 1;
      RETURN;
    END IF;
  END IF;
  o_seats := insert_schedules(p_concert, p_schedules);
EXCEPTION WHEN unique_violation THEN
  GET STACKED DIAGNOSTICS o_exists = CONSTRAINT_NAME;
  rc := 2;
END $$;

-- rc as above; o_concert: whose schedule it is
CREATE FUNCTION add_seats(p_schedule text, p_seats jsonb, OUT rc int, OUT o_seats int, OUT o_exists text, OUT o_concert text) LANGUAGE plpgsql AS $$
BEGIN
  rc := 0;
  SELECT concert_id INTO o_concert FROM schedules WHERE schedule_id = p_schedule FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    rc := 1;
    RETURN;
  END IF;
  o_seats := insert_seats(jsonb_build_array(jsonb_build_object('scheduleId', p_schedule, 'seats', p_seats)));
  UPDATE schedules SET seats_total = seats_total + o_seats WHERE schedule_id = p_schedule;
EXCEPTION WHEN unique_violation THEN
  GET STACKED DIAGNOSTICS o_exists = CONSTRAINT_NAME;
  rc := 2;
END $$;
