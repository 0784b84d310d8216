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
