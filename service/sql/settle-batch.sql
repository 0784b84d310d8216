-- $1 settlement, $2 at most so many
SELECT o_status AS status, o_completed AS completed FROM settle_batch($1, $2)
