-- $1 refund, $2 SUCCESS or FAILED, $3 traceparent
SELECT o_changed AS changed, o_resp AS response, o_schedule AS "scheduleId" FROM settle_refund($1, $2, $3)
