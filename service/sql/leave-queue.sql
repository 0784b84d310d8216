-- $1 scope, $2 seq, $3 user, $4 seconds a place may wait
SELECT leave_queue($1, $2, $3, make_interval(secs => $4))
