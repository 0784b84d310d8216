-- What operations change at run time, over all processes: one row, which each of them reads every second.
-- Redis may be gone just when it is needed, so it lives here. What is not in it has its default.
CREATE TABLE live_settings (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  settings   jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
  changed_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO live_settings DEFAULT VALUES;
