-- $1 time zone, $2 hours after midnight, $3 seconds until a failed one is tried again
SELECT open_settlements($1, $2, make_interval(secs => $3)) AS "settlementId"
