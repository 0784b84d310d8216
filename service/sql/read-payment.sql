-- $1 payment, $2 user
SELECT p.payment_id AS "paymentId", p.reservation_id AS "reservationId", r.schedule_id AS "scheduleId", r.seat_no AS "seatNo", p.method, p.status, p.amount,
       (SELECT f.status FROM refunds f WHERE f.payment_id = p.payment_id ORDER BY f.created_at DESC LIMIT 1) AS refund
  FROM payments p JOIN reservations r USING (reservation_id)
 WHERE p.payment_id = $1 AND p.user_id = $2
