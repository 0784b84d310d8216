-- $1 published or else pending, $2 only those after this id, $3 at most so many
SELECT id, event_id AS "eventId", topic, aggregate_id AS "aggregateId", event_type AS "eventType", payload::text AS payload, created_at AS "createdAt", published_at AS "publishedAt", attempts
  FROM outbox_events
 WHERE (published_at IS NOT NULL) = $1 AND id > $2
 ORDER BY id
 LIMIT $3
