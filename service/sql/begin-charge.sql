-- $1 charge, $2 user, $3 amount, $4 key, $5 hash
SELECT rc, o_resp AS response FROM begin_charge($1, $2, $3, $4, $5)
