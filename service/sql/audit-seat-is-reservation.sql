-- Each claimed seat and its live reservation say the same: seat, fence, held or sold.
WITH bad AS (
  SELECT coalesce(s.schedule_id || ':' || s.seat_no, r.reservation_id::text) AS example
    FROM (SELECT * FROM seats WHERE reservation_id IS NOT NULL) s
    FULL JOIN (SELECT * FROM reservations WHERE status IN ('HELD', 'CONFIRMED')) r USING (reservation_id)
   WHERE s.schedule_id IS NULL OR r.user_id IS NULL OR (s.schedule_id, s.seat_no, s.fence) IS DISTINCT FROM (r.schedule_id, r.seat_no, r.fence)
      OR (r.status = 'CONFIRMED') <> (s.status = 'SOLD')
)
SELECT (SELECT count(*) FROM reservations WHERE status IN ('HELD', 'CONFIRMED')) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
