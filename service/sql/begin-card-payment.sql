-- $1 payment, $2 reservation, $3 user, $4 scope, $5 seq, $6 amount, $7 key, $8 hash
SELECT rc, o_resp AS response FROM begin_card_payment($1, $2, $3, $4, $5, $6, $7, $8)
