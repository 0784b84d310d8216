-- The daily close: what was paid and what was paid back on one day, by method. A day is closed in batches, each one
-- statement and one transaction, so whoever comes after a kill goes on where it stopped.

-- When a payment became a sale, and when it was paid back. A payment that succeeds at once has paid_at NULL: it was paid
-- when it was created, and the hot path writes nothing more.
ALTER TABLE payments ADD COLUMN IF NOT EXISTS paid_at timestamptz;
ALTER TABLE payments ADD COLUMN IF NOT EXISTS refunded_at timestamptz;

CREATE FUNCTION payments_times() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'SUCCESS' THEN NEW.paid_at := clock_timestamp(); END IF;
  IF NEW.status = 'REFUNDED' THEN NEW.refunded_at := clock_timestamp(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_times BEFORE UPDATE OF status ON payments FOR EACH ROW
  WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION payments_times();

-- BRIN: next to free for every payment, and enough to read one day.
CREATE INDEX payments_paid ON payments USING brin (coalesce(paid_at, created_at)) WITH (autosummarize = on);
CREATE INDEX payments_refunded ON payments (refunded_at) WHERE refunded_at IS NOT NULL;

CREATE TABLE settlements (
  settlement_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  settled_on     date NOT NULL UNIQUE,
  time_zone      text NOT NULL,
  from_at        timestamptz NOT NULL,
  to_at          timestamptz NOT NULL,
  status         text NOT NULL DEFAULT 'RUNNING' CHECK (status IN ('RUNNING', 'COMPLETED', 'FAILED')),
  attempts       int NOT NULL DEFAULT 1,
  payments_count bigint NOT NULL DEFAULT 0,
  payments_krw   bigint NOT NULL DEFAULT 0,
  refunds_count  bigint NOT NULL DEFAULT 0,
  refunds_krw    bigint NOT NULL DEFAULT 0,
  started_at     timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,
  error          text,
  CHECK (from_at < to_at),
  CHECK ((status = 'RUNNING') = (finished_at IS NULL)),
  CHECK ((status = 'FAILED') = (error IS NOT NULL))
);
CREATE INDEX settlements_open ON settlements (settled_on) WHERE status <> 'COMPLETED';

-- What a settlement is made of. A payment is settled once and a refund is settled once, whatever is run how often.
CREATE TABLE settlement_items (
  kind          text NOT NULL CHECK (kind IN ('PAYMENT', 'REFUND')),
  payment_id    uuid NOT NULL REFERENCES payments,
  settlement_id bigint NOT NULL REFERENCES settlements,
  method        text NOT NULL,
  amount        bigint NOT NULL CHECK (amount > 0),
  PRIMARY KEY (kind, payment_id)
);
CREATE INDEX settlement_items_of ON settlement_items (settlement_id);

-- Opens every finished day that has no settlement yet, and failed ones again after a pause; the ids of all that are to be
-- worked on. A day ends p_hour hours and a minute late, when no statement that began in it is still going. Each day
-- begins where the one before ended, so another time zone leaves no gap.
CREATE FUNCTION open_settlements(p_zone text, p_hour int, p_retry interval) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
  v_last date := ((clock_timestamp() - make_interval(hours => p_hour, mins => 1)) AT TIME ZONE p_zone)::date - 1;
  v_first date;
  v_day date;
BEGIN
  SELECT min(settled_on) INTO v_first FROM settlements;
  IF v_first IS NULL THEN
    SELECT (min(coalesce(paid_at, created_at)) AT TIME ZONE p_zone)::date INTO v_first FROM payments WHERE status IN ('SUCCESS', 'REFUNDED');
  END IF;
  FOR v_day IN
    SELECT d::date FROM generate_series(least(v_first, v_last), v_last, interval '1 day') AS d
     WHERE NOT EXISTS (SELECT 1 FROM settlements s WHERE s.settled_on = d::date) ORDER BY d
  LOOP
    INSERT INTO settlements (settled_on, time_zone, from_at, to_at)
    SELECT v_day, p_zone,
           coalesce((SELECT b.to_at FROM settlements b WHERE b.settled_on = v_day - 1), v_day::timestamp AT TIME ZONE p_zone),
           (v_day + 1)::timestamp AT TIME ZONE p_zone
    ON CONFLICT (settled_on) DO NOTHING;
  END LOOP;
  UPDATE settlements SET status = 'RUNNING', attempts = attempts + 1, started_at = clock_timestamp(), finished_at = NULL, error = NULL
   WHERE status = 'FAILED' AND finished_at <= clock_timestamp() - p_retry;
  RETURN QUERY SELECT settlement_id FROM settlements WHERE status = 'RUNNING' ORDER BY settled_on;
END $$;

-- The next batch of a day; the one that finds no more adds up and completes. BUSY: another process is at it.
-- Only the row's lock makes it one at a time, so nothing is left behind by a process that dies.
CREATE FUNCTION settle_batch(p_settlement bigint, p_limit int, OUT o_status text, OUT o_completed boolean) LANGUAGE plpgsql AS $$
DECLARE
  s settlements%ROWTYPE;
  v_added int;
BEGIN
  o_completed := false;
  SELECT * INTO s FROM settlements WHERE settlement_id = p_settlement FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    o_status := 'BUSY';
    RETURN;
  END IF;
  o_status := s.status;
  IF s.status <> 'RUNNING' THEN RETURN; END IF;

  INSERT INTO settlement_items (kind, payment_id, settlement_id, method, amount)
  SELECT x.kind, x.payment_id, p_settlement, x.method, x.amount FROM (
    SELECT 'PAYMENT' AS kind, p.payment_id, p.method, p.amount FROM payments p
     WHERE coalesce(p.paid_at, p.created_at) >= s.from_at AND coalesce(p.paid_at, p.created_at) < s.to_at AND p.status IN ('SUCCESS', 'REFUNDED')
    UNION ALL
    SELECT 'REFUND', p.payment_id, p.method, p.amount FROM payments p
     WHERE p.refunded_at >= s.from_at AND p.refunded_at < s.to_at AND p.status = 'REFUNDED'
  ) x
   WHERE NOT EXISTS (SELECT 1 FROM settlement_items i WHERE i.kind = x.kind AND i.payment_id = x.payment_id)
   LIMIT p_limit
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_added = ROW_COUNT;
  IF v_added = p_limit THEN RETURN; END IF;

  UPDATE settlements SET status = 'COMPLETED', finished_at = clock_timestamp(),
    (payments_count, payments_krw, refunds_count, refunds_krw) = (
      SELECT count(*) FILTER (WHERE kind = 'PAYMENT'), coalesce(sum(amount) FILTER (WHERE kind = 'PAYMENT'), 0),
             count(*) FILTER (WHERE kind = 'REFUND'), coalesce(sum(amount) FILTER (WHERE kind = 'REFUND'), 0)
        FROM settlement_items WHERE settlement_id = p_settlement)
   WHERE settlement_id = p_settlement;
  o_status := 'COMPLETED';
  o_completed := true;
END $$;

-- Begins a settlement anew. One that is running goes on as it is. NULL when there is no such settlement.
CREATE FUNCTION reopen_settlement(p_settlement bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_status text;
BEGIN
  SELECT status INTO v_status FROM settlements WHERE settlement_id = p_settlement FOR NO KEY UPDATE;
  IF v_status IN ('COMPLETED', 'FAILED') THEN
    DELETE FROM settlement_items WHERE settlement_id = p_settlement;
    UPDATE settlements SET status = 'RUNNING', attempts = attempts + 1, started_at = clock_timestamp(), finished_at = NULL, error = NULL
     WHERE settlement_id = p_settlement;
  END IF;
  RETURN v_status;
END $$;
