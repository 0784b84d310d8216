-- $1 reservation, $2 user, $3 traceparent
SELECT rc, o_schedule AS "scheduleId" FROM cancel_reservation($1, $2, $3)
