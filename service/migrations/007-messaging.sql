-- Messages that a consumer could not work on. Each is on its topic's .dlq as well; here it can be found, counted and sent again.
CREATE TABLE dead_letters (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  consumer        text NOT NULL,
  topic           text NOT NULL,
  partition       int NOT NULL,
  message_offset  bigint NOT NULL,
  message_key     bytea,
  value           bytea,
  headers         jsonb NOT NULL,
  event_id        text,
  error           text NOT NULL,
  attempts        int NOT NULL CHECK (attempts > 0),
  first_failed_at timestamptz NOT NULL,
  dead_at         timestamptz NOT NULL DEFAULT now(),
  replayed_at     timestamptz,
  -- A message that is delivered again is put aside once.
  UNIQUE (consumer, topic, partition, message_offset)
);
CREATE INDEX dead_letters_open ON dead_letters (topic, id) WHERE replayed_at IS NULL;

-- What the notifier has told people, once each.
CREATE TABLE notifications (
  notification_id uuid PRIMARY KEY,
  user_id         text NOT NULL,
  template        text NOT NULL,
  reservation_id  uuid NOT NULL,
  body            jsonb NOT NULL,
  sent_at         timestamptz NOT NULL DEFAULT now()
);

-- For the purge. Entries come in the order of time, so a few pages of index tell where the old ones are.
CREATE INDEX consumer_inbox_processed ON consumer_inbox USING brin (processed_at) WITH (autosummarize = on);
