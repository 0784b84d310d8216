-- One relay publishes at a time; the lock lives as long as this connection.
SELECT pg_try_advisory_lock(7302412) AS mine
