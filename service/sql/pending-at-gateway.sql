-- $1 older than so many seconds, $2 at most so many of each kind
SELECT book, id, amount, "chargeId", extract(epoch FROM clock_timestamp() - created_at)::float8 AS "ageSeconds" FROM (
  (SELECT 'points' AS book, charge_id AS id, amount, NULL::uuid AS "chargeId", created_at FROM charges
    WHERE status = 'PENDING' AND created_at < clock_timestamp() - make_interval(secs => $1) ORDER BY created_at LIMIT $2)
  UNION ALL
  (SELECT 'card', payment_id, amount, NULL, created_at FROM payments
    WHERE status = 'PENDING' AND created_at < clock_timestamp() - make_interval(secs => $1) ORDER BY created_at LIMIT $2)
  UNION ALL
  (SELECT 'refund', refund_id, amount, payment_id, created_at FROM refunds
    WHERE status = 'PENDING' AND created_at < clock_timestamp() - make_interval(secs => $1) ORDER BY created_at LIMIT $2)
) open
ORDER BY created_at
