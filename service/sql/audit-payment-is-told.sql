-- Each payment has exactly one payment.completed in the outbox; of the last hour, for older events are purged.
WITH bad AS (
  SELECT p.payment_id::text AS example FROM payments p
    LEFT JOIN outbox_events o ON o.event_type = 'payment.completed' AND o.aggregate_id = p.reservation_id::text AND o.payload ->> 'paymentId' = p.payment_id::text
   WHERE p.status IN ('SUCCESS', 'REFUNDED') AND coalesce(p.paid_at, p.created_at) > clock_timestamp() - interval '1 hour'
   GROUP BY p.payment_id HAVING count(o.id) <> 1
)
SELECT (SELECT count(*) FROM payments WHERE status IN ('SUCCESS', 'REFUNDED') AND coalesce(paid_at, created_at) > clock_timestamp() - interval '1 hour') AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
