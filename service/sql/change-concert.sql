-- $1 concert, $2 title or null: as it is, $3 whether the opening changes, $4 opens at or null: not set yet
UPDATE concerts SET title = coalesce($2, title), opens_at = CASE WHEN $3 THEN $4::timestamptz ELSE opens_at END
 WHERE concert_id = $1
RETURNING concert_id AS "concertId", title, opens_at AS "opensAt"
