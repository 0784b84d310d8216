-- A seat has at most one live claim.
WITH bad AS (
  SELECT schedule_id || ':' || seat_no AS example FROM reservations
   WHERE status IN ('HELD', 'CONFIRMED') GROUP BY schedule_id, seat_no HAVING count(*) > 1
)
SELECT (SELECT count(*) FROM seats) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
