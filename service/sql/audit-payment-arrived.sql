-- What was published a minute ago is at the data platform.
WITH bad AS (
  SELECT o.event_id::text AS example FROM outbox_events o LEFT JOIN platform_payments d ON d.event_id = o.event_id
   WHERE o.event_type = 'payment.completed' AND o.published_at < clock_timestamp() - interval '1 minute' AND d.event_id IS NULL
)
SELECT (SELECT count(*) FROM outbox_events WHERE event_type = 'payment.completed' AND published_at < clock_timestamp() - interval '1 minute') AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
