-- A payment is by the reservation's user and of its price.
WITH bad AS (
  SELECT p.payment_id::text AS example FROM payments p JOIN reservations r USING (reservation_id) WHERE p.amount <> r.price OR p.user_id <> r.user_id
)
SELECT (SELECT count(*) FROM payments) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
