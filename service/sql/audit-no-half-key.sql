-- No idempotency key is left half done for more than a minute.
WITH bad AS (
  SELECT user_id || ' ' || key AS example FROM idempotency_keys WHERE status IS NULL AND created_at < clock_timestamp() - interval '1 minute'
)
SELECT (SELECT count(*) FROM idempotency_keys) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
