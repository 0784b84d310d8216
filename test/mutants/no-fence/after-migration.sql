DROP INDEX one_live_per_seat;
DROP TRIGGER seats_guard ON seats;
SELECT pg_temp.plant('payable', 'WHEN r.status <> ''HELD'' OR r.hold_until <= clock_timestamp() THEN 3 ', '');
SELECT pg_temp.plant('confirm_sale', 'SET status = ''SOLD'', hold_until = NULL', 'SET status = ''SOLD'', hold_until = NULL, reservation_id = r.reservation_id');
SELECT pg_temp.plant('confirm_sale', ' AND reservation_id = r.reservation_id AND fence = r.fence AND status = ''HELD''', '');
