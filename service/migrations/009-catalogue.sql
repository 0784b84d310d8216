-- The list of concerts in the order of their openings; those without one come last.
CREATE INDEX concerts_listing ON concerts ((coalesce(opens_at, 'infinity'::timestamptz)), concert_id);

-- When the last seat of a schedule was sold, and since when it had been on sale. Derived from what was paid by a worker,
-- after the fact: a payment has no part in it. It is kept when a seat comes back on sale later.
CREATE TABLE sold_out_schedules (
  schedule_id text PRIMARY KEY REFERENCES schedules,
  on_sale_at  timestamptz NOT NULL,
  sold_out_at timestamptz NOT NULL,
  CHECK (sold_out_at >= on_sale_at)
);
