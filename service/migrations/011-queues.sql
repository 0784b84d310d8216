-- A queue for each schedule, made when the first one comes; and leaving a queue.

-- Places that ended without their turn: whoever is behind one of them is that much nearer.
CREATE INDEX queue_places_given_up ON queue_places (scope, seq) WHERE admitted_at IS NULL AND done_at IS NOT NULL;

-- As before, and: the queue of a schedule comes into being with its first place. No rows: there is no such schedule.
CREATE OR REPLACE FUNCTION enter_queue(p_scope text, p_users text[], p_waiting interval)
RETURNS TABLE (o_user text, o_seq bigint, o_issued_ms bigint, o_fresh boolean) LANGUAGE plpgsql AS $$
DECLARE
  v_last bigint;
  v_now timestamptz;
  v_taken int;
BEGIN
  SELECT last_seq INTO v_last FROM queue_tail WHERE scope = p_scope FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    INSERT INTO queue_head (scope, refilled_at) SELECT p_scope, '-infinity' FROM schedules WHERE schedule_id = p_scope ON CONFLICT DO NOTHING;
    INSERT INTO queue_tail (scope) SELECT p_scope FROM schedules WHERE schedule_id = p_scope ON CONFLICT DO NOTHING;
    SELECT last_seq INTO v_last FROM queue_tail WHERE scope = p_scope FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN; END IF;
  END IF;
  v_now := clock_timestamp();

  UPDATE queue_places q SET done_at = coalesce(q.expires_at, q.issued_at + p_waiting)
   WHERE q.scope = p_scope AND q.user_id = ANY (p_users) AND q.done_at IS NULL
     AND coalesce(q.expires_at, q.issued_at + p_waiting) <= v_now;

  RETURN QUERY
    SELECT q.user_id, q.seq, floor(extract(epoch FROM q.issued_at) * 1000)::bigint, false
      FROM queue_places q WHERE q.scope = p_scope AND q.user_id = ANY (p_users) AND q.done_at IS NULL;

  RETURN QUERY
    WITH newcomers AS (
      SELECT u.user_id, v_last + row_number() OVER (ORDER BY u.first_at) AS seq
        FROM (SELECT a.user_id, min(a.at) AS first_at FROM unnest(p_users) WITH ORDINALITY AS a (user_id, at) GROUP BY a.user_id) u
       WHERE NOT EXISTS (SELECT 1 FROM queue_places q WHERE q.scope = p_scope AND q.user_id = u.user_id AND q.done_at IS NULL)
    ), placed AS (
      INSERT INTO queue_places (scope, seq, user_id, issued_at)
      SELECT p_scope, n.seq, n.user_id, v_now FROM newcomers n
      RETURNING queue_places.user_id, queue_places.seq, queue_places.issued_at
    )
    SELECT p.user_id, p.seq, floor(extract(epoch FROM p.issued_at) * 1000)::bigint, true FROM placed p;

  GET DIAGNOSTICS v_taken = ROW_COUNT;
  IF v_taken > 0 THEN
    UPDATE queue_tail SET last_seq = v_last + v_taken WHERE scope = p_scope;
  END IF;
END $$;

-- Ends a place, waiting or active; a place that is over stays as it is. The slot of an active one is free at once.
CREATE FUNCTION leave_queue(p_scope text, p_seq bigint, p_user text, p_waiting interval) RETURNS void LANGUAGE sql AS $$
  UPDATE queue_places SET done_at = least(clock_timestamp(), coalesce(expires_at, issued_at + p_waiting))
   WHERE scope = p_scope AND seq = p_seq AND user_id = p_user AND done_at IS NULL
$$;
