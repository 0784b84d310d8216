-- $1 charge, $2 transfer, $3 SUCCESS or FAILED
SELECT o_resp AS response FROM settle_charge($1, $2, $3) AS o_resp
