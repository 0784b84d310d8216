-- $1 settlement, $2 why
UPDATE settlements SET status = 'FAILED', finished_at = clock_timestamp(), error = $2
 WHERE settlement_id = $1 AND status = 'RUNNING'
RETURNING settlement_id
