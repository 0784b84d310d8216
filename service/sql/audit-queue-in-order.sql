-- Nobody who waits was passed over, and nobody behind the watermark was let in.
WITH bad AS (
  SELECT q.scope || ':' || q.seq AS example FROM queue_places q JOIN queue_head h USING (scope)
   WHERE (q.seq <= h.watermark AND q.admitted_at IS NULL AND q.done_at IS NULL) OR (q.seq > h.watermark AND q.admitted_at IS NOT NULL)
)
SELECT (SELECT count(*) FROM queue_places) AS checked, (SELECT count(*) FROM bad) AS violations,
       coalesce((SELECT jsonb_agg(e.example) FROM (SELECT example FROM bad ORDER BY example LIMIT 5) e), '[]') AS examples
