-- $1 reservation, $2 points of a user of the documents
SELECT o_user AS "user", o_scope AS scope, o_seq AS seq, o_issued_ms AS "issuedAtMs" FROM seed_payer($1, $2)
