-- The queue. PostgreSQL is the authority for places, so that a flushed Redis loses nobody and doubles nobody.
-- A place is a number; "up to where admission went" is the watermark; a position is the difference of the two.
-- The rows of queue_places are at the same time the durable log of admissions.

CREATE TABLE queue_places (
  scope       text NOT NULL,
  seq         bigint NOT NULL CHECK (seq > 0),
  user_id     text NOT NULL,
  issued_at   timestamptz NOT NULL,
  admitted_at timestamptz,
  expires_at  timestamptz,
  done_at     timestamptz,
  PRIMARY KEY (scope, seq),
  CHECK ((admitted_at IS NULL) = (expires_at IS NULL))
) WITH (fillfactor = 70);
-- A user has at most one live place; a place that was used or ran out has done_at.
CREATE UNIQUE INDEX queue_places_live ON queue_places (scope, user_id) WHERE done_at IS NULL;
CREATE INDEX queue_places_active ON queue_places (scope, expires_at) WHERE admitted_at IS NOT NULL AND done_at IS NULL;

CREATE TABLE queue_tail (
  scope    text PRIMARY KEY,
  last_seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE queue_head (
  scope       text PRIMARY KEY,
  watermark   bigint NOT NULL DEFAULT 0,
  allowance   double precision NOT NULL DEFAULT 0,
  refilled_at timestamptz NOT NULL
) WITH (fillfactor = 50);

INSERT INTO queue_tail (scope) VALUES ('all');
INSERT INTO queue_head (scope, refilled_at) VALUES ('all', '-infinity');

-- Places for a batch of users: those who have a live one keep it, the others get the next numbers.
-- The lock on the tail row is held until commit, so numbers are gapless and become visible in order.
CREATE FUNCTION enter_queue(p_scope text, p_users text[], p_waiting interval)
RETURNS TABLE (o_user text, o_seq bigint, o_issued_ms bigint, o_fresh boolean) LANGUAGE plpgsql AS $$
DECLARE
  v_last bigint;
  v_now timestamptz;
  v_taken int;
BEGIN
  SELECT last_seq INTO v_last FROM queue_tail WHERE scope = p_scope FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no queue "%"', p_scope USING ERRCODE = 'TK005';
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

-- One step of admission: n = min(allowance, cap - active, waiting); the next n places by number become active and
-- the watermark moves past them. The bucket holds at most one second's rate. Safe with several callers: the head row is locked.
CREATE FUNCTION admit_places(p_scope text, p_cap int, p_rate double precision, p_active interval, p_waiting interval,
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
    WITH next AS (
      SELECT q.seq, q.issued_at + p_waiting <= v_now AS stale FROM queue_places q
       WHERE q.scope = p_scope AND q.seq > h.watermark AND q.done_at IS NULL ORDER BY q.seq LIMIT v_wanted
    ), moved AS (
      UPDATE queue_places q SET
        admitted_at = CASE WHEN next.stale THEN NULL ELSE v_admitted END,
        expires_at = CASE WHEN next.stale THEN NULL ELSE v_admitted + p_active END,
        done_at = CASE WHEN next.stale THEN q.issued_at + p_waiting END
      FROM next WHERE q.scope = p_scope AND q.seq = next.seq AND q.done_at IS NULL
      RETURNING next.stale
    )
    SELECT (SELECT count(*) FROM moved WHERE NOT stale), (SELECT count(*) FROM next), (SELECT max(seq) FROM next)
      INTO o_admitted, v_seen, v_last;
    -- Fewer live places than wanted: everybody up to the tail has been seen.
    -- Those who came since the tail was read may be among them, so the watermark is never behind the last admitted.
    o_watermark := CASE WHEN v_seen < v_wanted THEN greatest(v_tail, v_last) ELSE v_last END;
    o_active := o_active + o_admitted;
    UPDATE queue_head SET watermark = o_watermark, allowance = v_allowance - o_admitted, refilled_at = v_now WHERE scope = p_scope;
  END IF;
  o_waiting := greatest(0, v_tail - o_watermark);
END $$;

-- Whether this place may buy now. 0 yes, 10 still waiting, 11 no such place, 12 used or ran out.
CREATE FUNCTION place_refusal(p_place queue_places, p_user text) RETURNS int LANGUAGE sql VOLATILE AS $$
  SELECT CASE
    WHEN p_place.seq IS NULL OR p_place.user_id <> p_user THEN 11
    WHEN p_place.done_at IS NOT NULL THEN 12
    WHEN p_place.admitted_at IS NULL THEN 10
    WHEN p_place.expires_at <= clock_timestamp() THEN 12
    ELSE 0 END
$$;
