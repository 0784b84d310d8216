-- $1 ids
UPDATE outbox_events SET attempts = attempts + 1 WHERE id = ANY ($1::bigint[])
