-- $1 seconds a place may wait, $2 at most so many. Places that are over but were not yet seen to be.
WITH stale AS (
  SELECT scope, seq FROM queue_places
   WHERE done_at IS NULL AND coalesce(expires_at, issued_at + make_interval(secs => $1)) <= clock_timestamp()
   ORDER BY scope, seq LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE queue_places q SET done_at = coalesce(q.expires_at, q.issued_at + make_interval(secs => $1))
  FROM stale
 WHERE q.scope = stale.scope AND q.seq = stale.seq
RETURNING q.seq
