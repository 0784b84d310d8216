-- A queue for each schedule, made when the first one comes; and leaving a queue.

-- Places that ended without their turn: whoever is behind one of them is that much nearer.
CREATE INDEX queue_places_given_up ON queue_places (scope, seq) WHERE admitted_at IS NULL AND done_at IS NOT NULL;

-- A user's live place, for entering. Written so that nothing but a query with the same words can use it: for "done_at IS
-- NULL" alone it offered itself for finding all who wait, with a sort, where the next by number were meant.
DROP INDEX queue_places_live;
CREATE UNIQUE INDEX queue_places_live ON queue_places (user_id, scope) WHERE coalesce(done_at, 'infinity') = 'infinity';

-- The scope is compared so that no index can be used for it: without statistics the primary key looked as good as the
-- index of users, and every batch read the whole queue.
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
   WHERE q.scope IS NOT DISTINCT FROM p_scope AND q.user_id = ANY (p_users) AND coalesce(q.done_at, 'infinity') = 'infinity'
     AND coalesce(q.expires_at, q.issued_at + p_waiting) <= v_now;

  RETURN QUERY
    SELECT q.user_id, q.seq, floor(extract(epoch FROM q.issued_at) * 1000)::bigint, false
      FROM queue_places q WHERE q.scope IS NOT DISTINCT FROM p_scope AND q.user_id = ANY (p_users) AND coalesce(q.done_at, 'infinity') = 'infinity';

  -- Only the places of these users are looked at, never those of all who wait.
  RETURN QUERY
    WITH known AS MATERIALIZED (
      SELECT q.user_id FROM queue_places q WHERE q.scope IS NOT DISTINCT FROM p_scope AND q.user_id = ANY (p_users) AND coalesce(q.done_at, 'infinity') = 'infinity'
    ), newcomers AS (
      SELECT u.user_id, v_last + row_number() OVER (ORDER BY u.first_at) AS seq
        FROM (SELECT a.user_id, min(a.at) AS first_at FROM unnest(p_users) WITH ORDINALITY AS a (user_id, at) GROUP BY a.user_id) u
       WHERE u.user_id NOT IN (SELECT k.user_id FROM known k)
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

-- One step of admission: n = min(allowance, cap - active, waiting); the next n places by number become active and
-- the watermark moves past them. The bucket holds at most one second's rate. Safe with several callers: the head row is locked.
CREATE OR REPLACE FUNCTION admit_places(p_scope text, p_cap int, p_rate double precision, p_active interval, p_waiting interval,
  OUT o_admitted int, OUT o_active int, OUT o_waiting bigint, OUT o_watermark bigint) LANGUAGE plpgsql AS $$
DECLARE
  h queue_head%ROWTYPE;
  v_now timestamptz;
  v_tail bigint;
  v_allowance double precision;
  v_wanted int;
  v_seen int;
  v_last bigint;
  v_admitted timestamptz;
BEGIN
  o_admitted := 0;
  SELECT * INTO h FROM queue_head WHERE scope = p_scope FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no queue "%"', p_scope USING ERRCODE = 'TK005';
  END IF;
  v_now := clock_timestamp();
  SELECT last_seq INTO v_tail FROM queue_tail WHERE scope = p_scope;

  UPDATE queue_places SET done_at = expires_at
   WHERE scope = p_scope AND admitted_at IS NOT NULL AND done_at IS NULL AND expires_at <= v_now;
  SELECT count(*) INTO o_active FROM queue_places WHERE scope = p_scope AND admitted_at IS NOT NULL AND done_at IS NULL;

  o_watermark := h.watermark;
  v_allowance := greatest(p_rate, 1);
  IF h.refilled_at > '-infinity' THEN
    v_allowance := least(v_allowance, h.allowance + greatest(0, extract(epoch FROM v_now - h.refilled_at)) * p_rate);
  END IF;
  v_wanted := greatest(0, least(floor(v_allowance)::bigint, p_cap - o_active, v_tail - h.watermark))::int;

  IF v_wanted > 0 THEN
    -- Read after the count: whoever was counted as gone left before this, so the log itself never shows more than the cap.
    v_admitted := clock_timestamp();
    -- A place that waited too long is closed instead of admitted and costs no allowance.
    -- By ranges of numbers only: a join with the chosen ones may be planned as a walk through all who wait.
    SELECT count(*), max(n.seq) INTO v_seen, v_last
      FROM (SELECT q.seq FROM queue_places q WHERE q.scope = p_scope AND q.seq > h.watermark AND q.done_at IS NULL ORDER BY q.seq LIMIT v_wanted) n;
    WITH moved AS (
      UPDATE queue_places q SET
        admitted_at = CASE WHEN q.issued_at + p_waiting > v_now THEN v_admitted END,
        expires_at = CASE WHEN q.issued_at + p_waiting > v_now THEN v_admitted + p_active END,
        done_at = CASE WHEN q.issued_at + p_waiting <= v_now THEN q.issued_at + p_waiting END
       WHERE q.scope = p_scope AND q.seq > h.watermark AND q.seq <= v_last AND q.done_at IS NULL
      RETURNING q.admitted_at
    )
    SELECT count(*) FILTER (WHERE m.admitted_at IS NOT NULL) INTO o_admitted FROM moved m;
    -- Fewer live places than wanted: everybody up to the tail has been seen.
    -- Those who came since the tail was read may be among them, so the watermark is never behind the last admitted.
    o_watermark := CASE WHEN v_seen < v_wanted THEN greatest(v_tail, v_last) ELSE v_last END;
    o_active := o_active + o_admitted;
    UPDATE queue_head SET watermark = o_watermark, allowance = v_allowance - o_admitted, refilled_at = v_now WHERE scope = p_scope;
  END IF;
  o_waiting := greatest(0, v_tail - o_watermark);
END $$;

-- A plan that was made while the table was empty, or is made before it was analysed, would read everybody who waits and
-- sort them: the queue is always walked along its indexes.
ALTER FUNCTION enter_queue(text, text[], interval) SET enable_seqscan = off;
ALTER FUNCTION admit_places(text, int, double precision, interval, interval) SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off;

-- Ends a place, waiting or active; a place that is over stays as it is. The slot of an active one is free at once.
CREATE FUNCTION leave_queue(p_scope text, p_seq bigint, p_user text, p_waiting interval) RETURNS void LANGUAGE sql AS $$
  UPDATE queue_places SET done_at = least(clock_timestamp(), coalesce(expires_at, issued_at + p_waiting))
   WHERE scope = p_scope AND seq = p_seq AND user_id = p_user AND done_at IS NULL
$$;
