-- $1 scope, $2 users, $3 seconds a place may wait
SELECT o_user AS "user", o_seq AS seq, o_issued_ms AS "issuedAtMs", o_fresh AS fresh
  FROM enter_queue($1, $2, make_interval(secs => $3))
