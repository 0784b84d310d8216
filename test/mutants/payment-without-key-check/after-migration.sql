DROP INDEX one_live_payment;
SELECT pg_temp.plant('pay_points', 'SELECT coalesce(k.rc, 9), k.o_resp INTO rc, o_resp FROM key_replay(p_user, p_key, ''pay'', p_hash) k;
    RETURN;', '');
SELECT pg_temp.plant('payable', 'rc := 4;', 'rc := 0;');
SELECT pg_temp.plant('payable', 'WHEN r.status = ''CONFIRMED'' THEN 4', 'WHEN r.status = ''CONFIRMED'' THEN 0');
SELECT pg_temp.plant('confirm_sale', 'AND status = ''HELD''', '');
