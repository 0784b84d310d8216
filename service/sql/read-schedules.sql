-- $1 concert; no row when there is no such concert
SELECT coalesce(jsonb_agg(jsonb_build_object(
         'scheduleId', s.schedule_id,
         'startsAt', to_char(s.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'seatsTotal', s.seats_total) ORDER BY s.starts_at, s.schedule_id) FILTER (WHERE s.schedule_id IS NOT NULL), '[]') AS schedules,
       to_char(c.opens_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "opensAt"
  FROM concerts c LEFT JOIN schedules s USING (concert_id)
 WHERE c.concert_id = $1
 GROUP BY c.concert_id
