-- A refunded payment has one refund that succeeded, by the same user and of the same amount; any other has none.
WITH bad AS (
  SELECT p.payment_id::text AS example FROM payments p LEFT JOIN refunds f ON f.payment_id = p.payment_id AND f.status = 'SUCCESS'
   GROUP BY p.payment_id HAVING count(f.refund_id) <> (p.status = 'REFUNDED')::int OR bool_or(f.amount <> p.amount OR f.user_id <> p.user_id)
)
SELECT (SELECT count(*) FROM refunds) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
