-- What the documents' scripts ask for; what is there is left as it is.
WITH concert AS (
  INSERT INTO concerts (concert_id, title, opens_at) VALUES ('concert_1', 'Concert 1', now()) ON CONFLICT DO NOTHING
), schedule AS (
  INSERT INTO schedules (schedule_id, concert_id, starts_at, seats_total)
  SELECT id, 'concert_1', date_trunc('day', now()) + n * interval '1 day', 50 FROM unnest(ARRAY['schedule_1', 'schedule_popular']) WITH ORDINALITY AS s (id, n)
  ON CONFLICT DO NOTHING RETURNING schedule_id
)
INSERT INTO seats (schedule_id, seat_no, price) SELECT schedule_id, seat, 50000 FROM schedule, generate_series(1, 50) AS seat
