-- Everything the status says that only PostgreSQL knows, in one go
SELECT (SELECT jsonb_build_object('applied', count(*), 'last', max(name)) FROM schema_migrations) AS migrations,
       (SELECT coalesce(jsonb_agg(q ORDER BY q.scope), '[]') FROM (
         SELECT t.scope, h.watermark, t.last_seq AS "lastPlace",
                greatest(0, t.last_seq - h.watermark) - (SELECT count(*) FROM queue_places p WHERE p.scope = t.scope AND p.seq > h.watermark AND p.admitted_at IS NULL AND p.done_at IS NOT NULL) AS waiting,
                (SELECT count(*) FROM queue_places p WHERE p.scope = t.scope AND p.admitted_at IS NOT NULL AND p.done_at IS NULL AND p.expires_at > clock_timestamp()) AS active
           FROM queue_tail t JOIN queue_head h USING (scope) ORDER BY t.scope LIMIT 100) q) AS queues,
       (SELECT jsonb_build_object('pending', count(*), 'oldestAgeSeconds', coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)) FROM outbox_events WHERE published_at IS NULL) AS outbox,
       (SELECT jsonb_build_object('charges', (SELECT count(*) FROM charges WHERE status = 'PENDING'), 'payments', (SELECT count(*) FROM payments WHERE status IN ('PENDING', 'UNKNOWN')),
                                  'refunds', (SELECT count(*) FROM refunds WHERE status = 'PENDING'))) AS unsettled,
       (SELECT jsonb_build_object('lastClosed', to_char(max(settled_on) FILTER (WHERE status = 'COMPLETED'), 'YYYY-MM-DD'), 'open', count(*) FILTER (WHERE status = 'RUNNING'), 'failed', count(*) FILTER (WHERE status = 'FAILED'))
          FROM settlements) AS settlements
