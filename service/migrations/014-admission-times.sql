-- As before, and the bucket is emptied at the time that the log has: time that passes between counting and admitting, on a
-- slow database, is not given twice.
-- One step of admission: n = min(allowance, cap - active, waiting); the next n places by number become active and
-- the watermark moves past them. The bucket holds at most one second's rate. Safe with several callers: the head row is locked.
CREATE OR REPLACE FUNCTION admit_places(p_scope text, p_cap int, p_rate double precision, p_active interval, p_waiting interval,
  OUT o_admitted int, OUT o_active int, OUT o_waiting bigint, OUT o_watermark bigint) LANGUAGE plpgsql
  -- As ALTER FUNCTION said of the last one.
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
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
    UPDATE queue_head SET watermark = o_watermark, refilled_at = v_admitted,
           allowance = least(greatest(p_rate, 1), v_allowance + extract(epoch FROM v_admitted - v_now) * p_rate) - o_admitted
     WHERE scope = p_scope;
  END IF;
  o_waiting := greatest(0, v_tail - o_watermark);
END $$;
