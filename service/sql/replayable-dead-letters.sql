-- $1 topic, $2 these ids or NULL for the oldest, $3 at most so many, $4 also those that were replayed before
SELECT id, partition, message_key AS key, value, headers
  FROM dead_letters
 WHERE topic = $1 AND ($2::bigint[] IS NULL OR id = ANY ($2)) AND ($4::boolean OR replayed_at IS NULL)
 ORDER BY id
 LIMIT $3
