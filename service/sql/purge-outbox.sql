-- $1 hours after publication, $2 at most so many. Looks at the oldest rows only, so that it costs the same however many there
-- are; with the lock taken elsewhere it does nothing.
WITH turn AS MATERIALIZED (
  SELECT pg_try_advisory_xact_lock(7302413) AS mine
), gone AS (
  DELETE FROM outbox_events WHERE id IN (
    SELECT o.id FROM (SELECT id, published_at FROM outbox_events ORDER BY id LIMIT $2) o, turn
     WHERE turn.mine AND o.published_at < clock_timestamp() - make_interval(hours => $1))
  RETURNING 1
)
SELECT count(*) AS purged FROM gone
