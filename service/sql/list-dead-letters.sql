-- $1 topic, $2 only those after this id, $3 at most so many; of a long message the beginning
SELECT id, consumer, topic, partition, message_offset AS "offset", event_id AS "eventId", message_key AS key, substring(value FROM 1 FOR 4096) AS value, headers,
       error, attempts, first_failed_at AS "firstFailedAt", dead_at AS "deadAt", replayed_at AS "replayedAt"
  FROM dead_letters
 WHERE topic = $1 AND id > $2
 ORDER BY id
 LIMIT $3
