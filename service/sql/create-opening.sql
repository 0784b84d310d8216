-- $1 concert, $2 title, $3 opens at, $4 schedules, $5 the concert is new
SELECT rc, o_seats AS seats, o_exists AS "existing" FROM create_opening($1, $2, $3, $4::jsonb, $5)
