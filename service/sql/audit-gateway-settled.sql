-- Nothing waits for the gateway's word for more than ten minutes.
WITH bad AS (
  SELECT waiting.example FROM (
    SELECT 'charge ' || charge_id AS example, created_at FROM charges WHERE status = 'PENDING'
    UNION ALL SELECT 'payment ' || payment_id, created_at FROM payments WHERE status IN ('PENDING', 'UNKNOWN')
    UNION ALL SELECT 'refund ' || refund_id, created_at FROM refunds WHERE status = 'PENDING') waiting
   WHERE waiting.created_at < clock_timestamp() - interval '10 minutes'
)
SELECT (SELECT (SELECT count(*) FROM charges) + (SELECT count(*) FROM payments WHERE method = 'CARD') + (SELECT count(*) FROM refunds)) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
