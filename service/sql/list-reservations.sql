-- $1 user, $2 and $3 where the page before ended (time, id), $4 at most so many
SELECT reservation_id AS "reservationId", schedule_id AS "scheduleId", seat_no AS "seatNo", price, reservation_status(r) AS status, hold_until AS "holdUntil",
       to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "createdAt"
  FROM reservations r
 WHERE user_id = $1 AND (created_at, reservation_id::text) < ($2::timestamptz, $3)
 ORDER BY created_at DESC, reservation_id::text DESC
 LIMIT $4
