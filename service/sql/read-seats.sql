-- $1 schedule; a hold that ran out is free to take, whether or not it has been cleared away yet
SELECT seat_no AS "seatNo",
       CASE WHEN status = 'HELD' AND hold_until <= clock_timestamp() THEN 'AVAILABLE' ELSE status END AS status,
       price
  FROM seats
 WHERE schedule_id = $1
 ORDER BY seat_no
