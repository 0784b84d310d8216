-- $1 at most so many, $2 topics that are left alone for now
SELECT id, event_id AS "eventId", topic, aggregate_id AS "aggregateId", event_type AS "eventType", payload, headers
  FROM outbox_events
 WHERE published_at IS NULL AND topic <> ALL ($2::text[])
 ORDER BY id
 LIMIT $1
