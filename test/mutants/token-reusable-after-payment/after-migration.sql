SELECT pg_temp.plant('confirm_sale', 'UPDATE queue_places SET done_at = least(clock_timestamp(), expires_at) WHERE scope = p_scope AND seq = p_seq AND done_at IS NULL;', '');
