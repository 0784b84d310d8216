-- $1 consumer, $2 topic, $3 partition, $4 offset, $5 key, $6 value, $7 headers, $8 event, $9 error, $10 attempts, $11 first failed at
INSERT INTO dead_letters (consumer, topic, partition, message_offset, message_key, value, headers, event_id, error, attempts, first_failed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT DO NOTHING
