-- $1 settlement; what it was before
SELECT reopen_settlement($1) AS status
