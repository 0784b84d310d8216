-- A wallet holds what the ledger says, and never less than nothing.
WITH bad AS (
  SELECT coalesce('user:' || w.user_id, l.account) AS example
    FROM wallets w
    FULL JOIN (SELECT account, sum(amount) AS balance
                 FROM (SELECT credit AS account, amount FROM transfers UNION ALL SELECT debit, -amount FROM transfers) legs
                WHERE account LIKE 'user:%' GROUP BY account) l ON l.account = 'user:' || w.user_id
   WHERE coalesce(w.balance, 0) <> coalesce(l.balance, 0) OR w.balance < 0
)
SELECT (SELECT count(*) FROM wallets) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
