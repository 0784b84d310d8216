-- $1 refund, $2 payment, $3 user, $4 key, $5 hash, $6 traceparent
SELECT rc, o_resp AS response, o_schedule AS "scheduleId" FROM begin_refund($1, $2, $3, $4, $5, $6)
