-- $1 payment, $2 reservation, $3 user, $4 scope, $5 seq, $6 amount, $7 key, $8 hash, $9 transfer, $10 traceparent
SELECT rc, o_resp AS response FROM pay_points($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
