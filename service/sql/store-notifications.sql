-- $1 consumer, $2 JSON array of notification.requested payloads. Inbox and notification are written together or not at all.
WITH incoming AS (
  SELECT DISTINCT ON ("eventId") "eventId" AS event_id, "userId" AS user_id, template, "reservationId" AS reservation_id, "seatId" AS seat_id, amount
    FROM jsonb_to_recordset($2::jsonb) AS x ("eventId" uuid, "userId" text, template text, "reservationId" uuid, "seatId" text, amount bigint)
), fresh AS (
  INSERT INTO consumer_inbox (consumer, event_id) SELECT $1, event_id FROM incoming ON CONFLICT DO NOTHING RETURNING event_id
)
INSERT INTO notifications (notification_id, user_id, template, reservation_id, body)
SELECT i.event_id, i.user_id, i.template, i.reservation_id, jsonb_build_object('seatId', i.seat_id, 'amount', i.amount) FROM incoming i JOIN fresh USING (event_id)
ON CONFLICT DO NOTHING
RETURNING notification_id AS "notificationId", user_id AS "userId", template
