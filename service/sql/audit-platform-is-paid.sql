-- The data platform has no payment that is not ours, and none of another amount.
WITH bad AS (
  SELECT d.payment_id::text AS example FROM platform_payments d LEFT JOIN payments p USING (payment_id)
   WHERE p.payment_id IS NULL OR p.amount <> d.amount OR p.status NOT IN ('SUCCESS', 'REFUNDED')
)
SELECT (SELECT count(*) FROM platform_payments) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
