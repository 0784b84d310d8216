-- The database is the authority for seats, money, places in the queue and events to be published.

CREATE TABLE concerts (
  concert_id text PRIMARY KEY,
  title      text NOT NULL,
  opens_at   timestamptz
);

CREATE TABLE schedules (
  schedule_id text PRIMARY KEY,
  concert_id  text NOT NULL REFERENCES concerts,
  starts_at   timestamptz NOT NULL,
  seats_total int NOT NULL CHECK (seats_total > 0)
);
CREATE INDEX schedules_concert ON schedules (concert_id);

-- The seat row IS the claim: one row a seat, one holder column, so two owners cannot be represented.
-- No index on status: it is updated with every claim and would stop HOT updates.
CREATE TABLE seats (
  schedule_id    text NOT NULL REFERENCES schedules,
  seat_no        int NOT NULL CHECK (seat_no > 0),
  price          bigint NOT NULL CHECK (price > 0),
  status         text NOT NULL DEFAULT 'AVAILABLE' CHECK (status IN ('AVAILABLE', 'HELD', 'SOLD')),
  reservation_id uuid,
  hold_until     timestamptz,
  fence          bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (schedule_id, seat_no),
  CHECK ((status = 'AVAILABLE') = (reservation_id IS NULL)),
  CHECK ((status = 'HELD') = (hold_until IS NOT NULL))
) WITH (fillfactor = 70);

CREATE TABLE reservations (
  reservation_id uuid PRIMARY KEY,
  user_id        text NOT NULL,
  schedule_id    text NOT NULL,
  seat_no        int NOT NULL,
  price          bigint NOT NULL,
  status         text NOT NULL CHECK (status IN ('HELD', 'CONFIRMED', 'EXPIRED', 'CANCELLED')),
  fence          bigint NOT NULL,
  hold_until     timestamptz NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  confirmed_at   timestamptz,
  FOREIGN KEY (schedule_id, seat_no) REFERENCES seats,
  UNIQUE (schedule_id, seat_no, fence),
  CHECK ((status = 'CONFIRMED') = (confirmed_at IS NOT NULL))
);
CREATE UNIQUE INDEX one_live_per_seat ON reservations (schedule_id, seat_no) WHERE status IN ('HELD', 'CONFIRMED');
CREATE INDEX reservations_user_status ON reservations (user_id, status);
CREATE INDEX reservations_due ON reservations (hold_until) WHERE status = 'HELD';
ALTER TABLE seats ADD FOREIGN KEY (reservation_id) REFERENCES reservations DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE wallets (
  user_id    text PRIMARY KEY,
  balance    bigint NOT NULL DEFAULT 0 CHECK (balance >= 0),
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);

-- One row is one balanced transfer: its two legs cannot disagree.
CREATE TABLE transfers (
  transfer_id   uuid PRIMARY KEY,
  debit         text NOT NULL,
  credit        text NOT NULL,
  amount        bigint NOT NULL CHECK (amount > 0),
  kind          text NOT NULL CHECK (kind IN ('CHARGE', 'USE', 'REFUND')),
  ref_id        uuid NOT NULL,
  balance_after bigint NOT NULL CHECK (balance_after >= 0),
  created_at    timestamptz NOT NULL DEFAULT now(),
  CHECK (debit <> credit),
  UNIQUE (kind, ref_id)
);

CREATE TABLE payments (
  payment_id     uuid PRIMARY KEY,
  reservation_id uuid NOT NULL REFERENCES reservations,
  user_id        text NOT NULL,
  amount         bigint NOT NULL CHECK (amount > 0),
  method         text NOT NULL CHECK (method IN ('POINT', 'CARD')),
  status         text NOT NULL CHECK (status IN ('PENDING', 'SUCCESS', 'FAILED', 'UNKNOWN', 'REFUNDED')),
  gateway_tx     text UNIQUE,
  created_at     timestamptz NOT NULL DEFAULT now(),
  CHECK (method = 'POINT' OR status <> 'SUCCESS' OR gateway_tx IS NOT NULL)
);
CREATE UNIQUE INDEX one_live_payment ON payments (reservation_id) WHERE status IN ('PENDING', 'UNKNOWN', 'SUCCESS');

-- Points bought through the external gateway. The row exists before the gateway is asked.
CREATE TABLE charges (
  charge_id       uuid PRIMARY KEY,
  user_id         text NOT NULL,
  amount          bigint NOT NULL CHECK (amount > 0),
  status          text NOT NULL CHECK (status IN ('PENDING', 'SUCCESS', 'FAILED')),
  idempotency_key text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  settled_at      timestamptz,
  CHECK ((status = 'PENDING') = (settled_at IS NULL))
);
CREATE INDEX charges_pending ON charges (created_at) WHERE status = 'PENDING';

CREATE TABLE idempotency_keys (
  user_id      text,
  key          text,
  op           text NOT NULL,
  request_hash bytea NOT NULL,
  status       int,
  response     jsonb,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, key)
);

CREATE TABLE outbox_events (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id     uuid NOT NULL UNIQUE,
  topic        text NOT NULL,
  aggregate_id text NOT NULL,
  event_type   text NOT NULL,
  payload      jsonb NOT NULL,
  headers      jsonb NOT NULL DEFAULT '{}',
  created_at   timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  attempts     int NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
-- The relay selects by "not yet published", never by "id > last": ids commit out of order.
CREATE INDEX outbox_pending ON outbox_events (id) WHERE published_at IS NULL;

CREATE TABLE consumer_inbox (
  consumer     text,
  event_id     uuid,
  processed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, event_id)
);

CREATE TABLE platform_payments (
  payment_id     uuid PRIMARY KEY,
  event_id       uuid NOT NULL UNIQUE,
  reservation_id uuid NOT NULL UNIQUE,
  amount         bigint NOT NULL,
  received_at    timestamptz NOT NULL DEFAULT now()
);

-- A sold seat is never un-sold silently, and a fence only grows.
CREATE FUNCTION seats_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'SOLD' AND (NEW.status <> 'SOLD' OR NEW.reservation_id <> OLD.reservation_id)
     AND current_setting('app.refund', true) IS DISTINCT FROM 'on' THEN
    RAISE EXCEPTION 'sold seat is immutable' USING ERRCODE = 'TK001';
  END IF;
  IF NEW.fence < OLD.fence THEN
    RAISE EXCEPTION 'fence went back' USING ERRCODE = 'TK002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER seats_guard BEFORE UPDATE ON seats FOR EACH ROW
  WHEN (OLD.status = 'SOLD' OR NEW.fence < OLD.fence) EXECUTE FUNCTION seats_guard();

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append only' USING ERRCODE = 'TK003';
END $$;
CREATE TRIGGER transfers_ro BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION append_only();
