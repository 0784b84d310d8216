-- $1 reservation, $2 user
SELECT reservation_id AS "reservationId", schedule_id AS "scheduleId", seat_no AS "seatNo", price,
       CASE WHEN status = 'HELD' AND hold_until <= clock_timestamp() THEN 'EXPIRED' ELSE status END AS status,
       hold_until AS "holdUntil"
  FROM reservations
 WHERE reservation_id = $1 AND user_id = $2
