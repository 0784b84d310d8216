-- $1 older than so many seconds, $2 at most so many
SELECT charge_id AS "chargeId", amount, extract(epoch FROM clock_timestamp() - created_at)::float8 AS "ageSeconds"
  FROM charges
 WHERE status = 'PENDING' AND created_at < clock_timestamp() - make_interval(secs => $1)
 ORDER BY created_at
 LIMIT $2
