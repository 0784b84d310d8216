-- $1 schedules of which every seat is sold. On sale since the opening, or since the first reservation if that came before
INSERT INTO sold_out_schedules (schedule_id, on_sale_at, sold_out_at)
SELECT r.schedule_id, least(c.opens_at, min(r.created_at)), max(r.confirmed_at)
  FROM reservations r JOIN schedules s USING (schedule_id) JOIN concerts c USING (concert_id)
 WHERE r.schedule_id = ANY ($1::text[]) AND r.status = 'CONFIRMED'
 GROUP BY r.schedule_id, c.opens_at
ON CONFLICT DO NOTHING
