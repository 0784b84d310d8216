-- $1 at most so many
SELECT id, event_id AS "eventId", topic, aggregate_id AS "aggregateId", event_type AS "eventType", payload, headers
  FROM outbox_events
 WHERE published_at IS NULL
 ORDER BY id
 LIMIT $1
