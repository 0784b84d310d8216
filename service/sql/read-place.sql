-- $1 scope, $2 seq, $3 user, $4 seconds a place may wait
SELECT CASE
         WHEN done_at IS NOT NULL OR coalesce(expires_at, issued_at + make_interval(secs => $4)) <= clock_timestamp() THEN 'OVER'
         WHEN admitted_at IS NULL THEN 'WAITING'
         ELSE 'ACTIVE'
       END AS status,
       expires_at AS "expiresAt"
  FROM queue_places
 WHERE scope = $1 AND seq = $2 AND user_id = $3
