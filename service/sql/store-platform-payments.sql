-- $1 consumer, $2 JSON array of payment.completed payloads. Inbox and platform row are written together or not at all.
WITH incoming AS (
  SELECT DISTINCT ON ("eventId") "eventId" AS event_id, "paymentId" AS payment_id, "reservationId" AS reservation_id, amount
    FROM jsonb_to_recordset($2::jsonb) AS x ("eventId" uuid, "paymentId" uuid, "reservationId" uuid, amount bigint)
), fresh AS (
  INSERT INTO consumer_inbox (consumer, event_id) SELECT $1, event_id FROM incoming ON CONFLICT DO NOTHING RETURNING event_id
)
INSERT INTO platform_payments (payment_id, event_id, reservation_id, amount)
SELECT i.payment_id, i.event_id, i.reservation_id, i.amount FROM incoming i JOIN fresh USING (event_id)
ON CONFLICT DO NOTHING
RETURNING payment_id
