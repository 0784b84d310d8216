-- A charge that succeeded is in the ledger once, any other is not.
WITH bad AS (
  SELECT c.charge_id::text AS example FROM charges c
   WHERE (SELECT count(*) FROM transfers t WHERE t.kind = 'CHARGE' AND t.ref_id = c.charge_id AND t.amount = c.amount AND t.credit = 'user:' || c.user_id)
         <> (c.status = 'SUCCESS')::int
)
SELECT (SELECT count(*) FROM charges) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
