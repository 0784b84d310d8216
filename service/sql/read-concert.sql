-- $1 concert
SELECT c.concert_id AS "concertId", c.title,
       to_char(c.opens_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "opensAt",
       count(s.schedule_id)::int AS "schedules", coalesce(sum(s.seats_total), 0)::bigint AS "seatsTotal"
  FROM concerts c LEFT JOIN schedules s USING (concert_id)
 WHERE c.concert_id = $1
 GROUP BY c.concert_id
