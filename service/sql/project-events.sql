-- $1 consumer, $2 JSON array of {payload, traceparent}. Inbox and derived events are written together or not at all.
WITH incoming AS (
  SELECT DISTINCT ON (item->'payload'->>'eventId') (item->'payload'->>'eventId')::uuid AS event_id, item->'payload' AS p, item->>'traceparent' AS trace, at
    FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS x (item, at)
   ORDER BY item->'payload'->>'eventId', at
), fresh AS (
  INSERT INTO consumer_inbox (consumer, event_id) SELECT $1, event_id FROM incoming ON CONFLICT DO NOTHING RETURNING event_id
), cause AS (
  SELECT i.*, i.p->>'eventType' AS type, r.fence
    FROM incoming i JOIN fresh USING (event_id) LEFT JOIN reservations r ON r.reservation_id = (i.p->>'reservationId')::uuid
), derived AS (
  -- Made of the cause's id: the same cause could not lead to two.
  SELECT md5('seat ' || event_id)::uuid AS event_id, 'seat-events' AS topic, p->>'seatId' AS aggregate, at, 1 AS rank, trace,
         CASE type WHEN 'reservation.held' THEN 'seat.held' WHEN 'reservation.confirmed' THEN 'seat.sold' ELSE 'seat.released' END AS type,
         jsonb_build_object('scheduleId', p->'scheduleId', 'seatNo', p->'seatNo', 'seatId', p->'seatId', 'reservationId', p->'reservationId', 'fence', fence) AS body
    FROM cause
   WHERE type LIKE 'reservation.%' AND fence IS NOT NULL
  UNION ALL
  SELECT md5('notification ' || event_id)::uuid, 'notification-events', p->>'userId', at, 2, trace, 'notification.requested',
         jsonb_build_object('userId', p->'userId', 'template', type, 'causedBy', event_id, 'reservationId', p->'reservationId', 'seatId', p->'seatId', 'amount', p->'amount')
    FROM cause
), told AS (
  INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload, headers)
  SELECT event_id, topic, aggregate, type, event_payload(event_id, type, body), jsonb_strip_nulls(jsonb_build_object('traceparent', trace))
    FROM derived ORDER BY at, rank
  ON CONFLICT DO NOTHING
)
SELECT count(*) AS fresh FROM fresh
