-- No event waits for more than a minute to be published.
WITH bad AS (
  SELECT event_id::text AS example FROM outbox_events WHERE published_at IS NULL AND created_at < clock_timestamp() - interval '1 minute'
)
SELECT (SELECT count(*) FROM outbox_events) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
