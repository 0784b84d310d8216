-- $1 reservation, $2 user, $3 scope, $4 seq, $5 schedule, $6 seat, $7 hold seconds, $8 event, $9 key, $10 hash, $11 trace
SELECT rc, o_resp AS response, o_position AS position
  FROM reserve_seat($1, $2, $3, $4, $5, $6, make_interval(secs => $7), $8, $9, $10, $11)
