-- $1 reservation, $2 user
SELECT reservation_id AS "reservationId", schedule_id AS "scheduleId", seat_no AS "seatNo", price, reservation_status(r) AS status, hold_until AS "holdUntil"
  FROM reservations r
 WHERE reservation_id = $1 AND user_id = $2
