-- Each connection takes ids in blocks, as high loads are set up: what is committed is further out of the order of ids.
ALTER TABLE outbox_events ALTER COLUMN id SET CACHE 10;
