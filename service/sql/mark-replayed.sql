-- $1 ids
UPDATE dead_letters SET replayed_at = clock_timestamp() WHERE id = ANY ($1::bigint[])
