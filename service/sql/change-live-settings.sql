-- $1 what changes
UPDATE live_settings SET settings = settings || $1::jsonb, changed_at = clock_timestamp() RETURNING settings
