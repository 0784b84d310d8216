DROP INDEX one_live_per_seat;
SELECT pg_temp.plant('reserve_seat', '  IF s.status = ''SOLD'' OR (s.status = ''HELD'' AND s.hold_until > clock_timestamp()) THEN', '  IF false THEN');
SELECT pg_temp.plant('reserve_seat', 'ELSIF s.status = ''SOLD'' OR (s.status = ''HELD'' AND s.hold_until > clock_timestamp()) THEN', 'ELSIF false THEN');
SELECT pg_temp.plant('reserve_seat', 'FOR NO KEY UPDATE SKIP LOCKED', 'FOR NO KEY UPDATE');
SELECT pg_temp.plant('reserve_seat', '  IF s.status = ''HELD'' THEN', '  IF s.status = ''HELD'' AND s.hold_until <= clock_timestamp() THEN');
