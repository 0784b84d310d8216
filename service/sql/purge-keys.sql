-- $1 older than so many hours, $2 at most so many. What is still open at the gateway (202) keeps its key.
WITH gone AS (
  DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys
     WHERE created_at < now() - make_interval(hours => $1) AND status IS DISTINCT FROM 202 LIMIT $2 FOR UPDATE SKIP LOCKED))
  RETURNING 1
)
SELECT count(*) AS purged FROM gone
