-- No hold is overdue by more than 30 s; one whose card payment waits for the gateway has no end.
WITH bad AS (
  SELECT r.reservation_id::text AS example FROM reservations r JOIN seats s USING (reservation_id)
   WHERE r.status = 'HELD' AND r.hold_until < clock_timestamp() - interval '30 seconds' AND s.hold_until < clock_timestamp() - interval '30 seconds'
)
SELECT (SELECT count(*) FROM reservations WHERE status = 'HELD') AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
