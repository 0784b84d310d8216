-- $1 schedule, $2 ranges of seats
SELECT rc, o_seats AS seats, o_exists AS "existing", o_concert AS "concertId" FROM add_seats($1, $2::jsonb)
