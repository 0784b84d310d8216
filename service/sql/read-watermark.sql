-- $1 scope
SELECT watermark FROM queue_head WHERE scope = $1
