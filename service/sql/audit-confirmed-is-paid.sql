-- A confirmed reservation is paid exactly once, any other not at all.
WITH bad AS (
  SELECT r.reservation_id::text AS example FROM reservations r LEFT JOIN payments p ON p.reservation_id = r.reservation_id AND p.status = 'SUCCESS'
   GROUP BY r.reservation_id, r.status HAVING count(p.payment_id) <> (r.status = 'CONFIRMED')::int
)
SELECT (SELECT count(*) FROM reservations) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
