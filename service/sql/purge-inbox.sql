-- $1 hours, $2 at most so many; with the lock taken elsewhere it does nothing
WITH turn AS MATERIALIZED (
  SELECT pg_try_advisory_xact_lock(7302414) AS mine
), gone AS (
  DELETE FROM consumer_inbox WHERE ctid = ANY (ARRAY(
    SELECT i.ctid FROM consumer_inbox i, turn WHERE turn.mine AND i.processed_at < now() - make_interval(hours => $1) LIMIT $2))
  RETURNING 1
)
SELECT count(*) AS purged FROM gone
