-- Old keys are found by age. BRIN: rows come in order of time, so it is a few pages, costs an insert next to nothing and
-- leaves updates of a key in their page.
CREATE INDEX idempotency_keys_age ON idempotency_keys USING brin (created_at) WITH (pages_per_range = 32, autosummarize = on);
