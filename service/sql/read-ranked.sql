-- $1 schedules; what the ranking tells about them besides the figures
SELECT s.schedule_id AS "scheduleId", c.concert_id AS "concertId", c.title, s.seats_total AS "seatsTotal"
  FROM schedules s JOIN concerts c USING (concert_id)
 WHERE s.schedule_id = ANY ($1::text[])
