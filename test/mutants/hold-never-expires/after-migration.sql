SELECT pg_temp.plant('expire_holds', 'WHERE r.status = ''HELD'' AND', 'WHERE false AND r.status = ''HELD'' AND');
SELECT pg_temp.plant('reserve_seat', '  IF s.status = ''SOLD'' OR (s.status = ''HELD'' AND s.hold_until > clock_timestamp()) THEN', '  IF s.status <> ''AVAILABLE'' THEN');
SELECT pg_temp.plant('reserve_seat', 'ELSIF s.status = ''SOLD'' OR (s.status = ''HELD'' AND s.hold_until > clock_timestamp()) THEN', 'ELSIF s.status <> ''AVAILABLE'' THEN');
