-- $1 payment, $2 SUCCESS or FAILED, $3 whether its buyer stopped waiting, $4 traceparent
SELECT o_changed AS changed, o_resp AS response FROM settle_card_payment($1, $2, $3, $4)
