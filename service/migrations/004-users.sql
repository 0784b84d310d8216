-- Who may log in. What they own is keyed by user_id everywhere else, whether or not they have registered here.

CREATE TABLE users (
  user_id       text PRIMARY KEY,
  -- algorithm, its cost, salt and hash in one text, so that the cost can grow and old ones still be checked
  password      text NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT now()
);

-- The user and its event come together or not at all. False: the name is taken, and nothing changes.
CREATE FUNCTION register_user(p_user text, p_password text, p_event uuid, p_trace text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO users (user_id, password) VALUES (p_user, p_password) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload, headers)
  VALUES (p_event, 'user-events', p_user, 'user.registered', event_payload(p_event, 'user.registered', jsonb_build_object('userId', p_user)),
    jsonb_build_object('traceparent', p_trace));
  RETURN true;
END $$;

-- Points that were given, not bought: no gateway has taken money for them.
ALTER TABLE transfers DROP CONSTRAINT transfers_kind_check, ADD CONSTRAINT transfers_kind_check CHECK (kind IN ('CHARGE', 'USE', 'REFUND', 'GIFT'));

-- Gives a user points, once in its life, however often and by however many it is asked for.
CREATE FUNCTION gift_points(p_user text, p_amount bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_gift uuid := md5('gift:' || p_user)::uuid;
  v_balance bigint;
BEGIN
  IF EXISTS (SELECT 1 FROM transfers WHERE kind = 'GIFT' AND ref_id = v_gift) THEN RETURN; END IF;
  INSERT INTO wallets (user_id) VALUES (p_user) ON CONFLICT DO NOTHING;
  SELECT balance + p_amount INTO v_balance FROM wallets WHERE user_id = p_user FOR NO KEY UPDATE;
  -- Again under the lock: another one may have given meanwhile.
  IF EXISTS (SELECT 1 FROM transfers WHERE kind = 'GIFT' AND ref_id = v_gift) THEN RETURN; END IF;
  UPDATE wallets SET balance = v_balance, updated_at = now() WHERE user_id = p_user;
  INSERT INTO transfers (transfer_id, debit, credit, amount, kind, ref_id, balance_after)
  VALUES (gen_random_uuid(), 'sys:gifts', 'user:' || p_user, p_amount, 'GIFT', v_gift, v_balance);
END $$;

-- Whose reservation it is and the place it may be paid with; seq 0 where there is none any more. Users with the names that
-- the documents' scripts make up have points.
CREATE FUNCTION seed_payer(p_reservation uuid, p_gift bigint) RETURNS TABLE (o_user text, o_scope text, o_seq bigint, o_issued_ms bigint) LANGUAGE plpgsql AS $$
DECLARE
  v_user text;
  v_schedule text;
BEGIN
  SELECT user_id, schedule_id INTO v_user, v_schedule FROM reservations WHERE reservation_id = p_reservation;
  IF NOT FOUND THEN RETURN; END IF;
  IF v_user ~ '^user_[0-9_]+$' THEN PERFORM gift_points(v_user, p_gift); END IF;
  RETURN QUERY
    SELECT q.user_id, q.scope, q.seq, floor(extract(epoch FROM q.issued_at) * 1000)::bigint
      FROM queue_places q WHERE q.scope IN ('all', v_schedule) AND q.user_id = v_user AND q.done_at IS NULL LIMIT 1;
  IF NOT FOUND THEN RETURN QUERY SELECT v_user, 'all', 0::bigint, 0::bigint; END IF;
END $$;
