-- $1 most rows; $2, $3 opening and id of the last concert seen, -infinity and an empty id to begin
SELECT concert_id AS "concertId", title,
       to_char(opens_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "opensAt"
  FROM concerts
 WHERE (coalesce(opens_at, 'infinity'::timestamptz), concert_id) > ($2::timestamptz, $3::text)
 ORDER BY coalesce(opens_at, 'infinity'::timestamptz), concert_id
 LIMIT $1
