SELECT pg_temp.plant('payable', 'WHEN r.price <> p_amount THEN 6 ', '');
