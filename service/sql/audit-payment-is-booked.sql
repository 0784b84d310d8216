-- Points were taken once for a payment by points, and given back once when it was refunded; a card takes none.
WITH bad AS (
  SELECT p.payment_id::text AS example FROM payments p
   WHERE (SELECT count(*) FROM transfers t WHERE t.kind = 'USE' AND t.ref_id = p.payment_id AND t.amount = p.amount AND t.debit = 'user:' || p.user_id)
         <> (p.method = 'POINT' AND p.status IN ('SUCCESS', 'REFUNDED'))::int
      OR (SELECT count(*) FROM transfers t WHERE t.kind = 'REFUND' AND t.ref_id = p.payment_id AND t.amount = p.amount AND t.credit = 'user:' || p.user_id)
         <> (p.method = 'POINT' AND p.status = 'REFUNDED')::int
)
SELECT (SELECT count(*) FROM payments) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
