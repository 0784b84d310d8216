SELECT pg_temp.plant('begin_charge', 'INSERT INTO idempotency_keys (user_id, key, op, request_hash, status, response) VALUES (p_user, p_key, ''charge'', p_hash, 202, o_resp) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN', 'IF EXISTS (SELECT 1 FROM idempotency_keys WHERE user_id = p_user AND key = p_key) THEN');
SELECT pg_temp.plant('settle_charge', 'UPDATE idempotency_keys SET status = 201, response = o_resp WHERE user_id = c.user_id AND key = c.idempotency_key;',
  'INSERT INTO idempotency_keys (user_id, key, op, request_hash, status, response) VALUES (c.user_id, c.idempotency_key, ''charge'', '''', 201, o_resp) ON CONFLICT DO NOTHING;');
