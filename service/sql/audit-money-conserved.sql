-- What came in from outside, less what went out, is in the wallets.
WITH bad AS (
  SELECT (inside.krw - outside.krw)::text || ' KRW too much in the wallets' AS example
    FROM (SELECT coalesce(sum(balance), 0) AS krw FROM wallets) inside,
         (SELECT coalesce(sum(CASE WHEN debit LIKE 'sys:%' THEN amount ELSE 0 END - CASE WHEN credit LIKE 'sys:%' THEN amount ELSE 0 END), 0) AS krw FROM transfers) outside
   WHERE inside.krw <> outside.krw
)
SELECT (SELECT count(*) FROM transfers) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
