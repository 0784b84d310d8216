-- Seats sold of every schedule that has sold some, or was sold out once; ms it took to sell out, once that is recorded
SELECT s.schedule_id AS "scheduleId", count(*) FILTER (WHERE s.status = 'SOLD')::int AS sold, bool_and(s.status = 'SOLD') AS "soldOut",
       (extract(epoch FROM o.sold_out_at - o.on_sale_at) * 1000)::float8 AS "soldOutMs"
  FROM seats s LEFT JOIN sold_out_schedules o USING (schedule_id)
 GROUP BY s.schedule_id, o.schedule_id
HAVING bool_or(s.status = 'SOLD') OR o.schedule_id IS NOT NULL
