-- A closed day adds up to its items, and has every payment and refund of its time.
WITH bad AS (
  SELECT s.settled_on::text AS example FROM settlements s
   WHERE s.status = 'COMPLETED'
     AND ((s.payments_krw, s.refunds_krw) <>
            (SELECT coalesce(sum(amount) FILTER (WHERE kind = 'PAYMENT'), 0), coalesce(sum(amount) FILTER (WHERE kind = 'REFUND'), 0) FROM settlement_items i WHERE i.settlement_id = s.settlement_id)
       OR EXISTS (SELECT 1 FROM payments p WHERE p.status IN ('SUCCESS', 'REFUNDED') AND coalesce(p.paid_at, p.created_at) >= s.from_at AND coalesce(p.paid_at, p.created_at) < s.to_at
                    AND NOT EXISTS (SELECT 1 FROM settlement_items i WHERE i.kind = 'PAYMENT' AND i.payment_id = p.payment_id))
       OR EXISTS (SELECT 1 FROM payments p WHERE p.status = 'REFUNDED' AND p.refunded_at >= s.from_at AND p.refunded_at < s.to_at
                    AND NOT EXISTS (SELECT 1 FROM settlement_items i WHERE i.kind = 'REFUND' AND i.payment_id = p.payment_id)))
)
SELECT (SELECT count(*) FROM settlements WHERE status = 'COMPLETED') AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
