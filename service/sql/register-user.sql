-- $1 user, $2 password, $3 event, $4 trace
SELECT register_user($1, $2, $3, $4) AS registered
