DROP INDEX one_live_per_seat;
DROP TRIGGER seats_guard ON seats;
SELECT pg_temp.plant('expire_holds', 'r.status = ''HELD'' AND r.hold_until <= clock_timestamp() AND s.hold_until <= clock_timestamp()', 'r.hold_until <= clock_timestamp()');
SELECT pg_temp.plant('expire_holds', ' AND s.status = ''HELD''', '');
