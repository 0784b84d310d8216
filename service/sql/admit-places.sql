-- $1 one queue for all (or else one a schedule), $2 cap, $3 rate per second, $4 seconds a place stays active,
-- $5 seconds a place may wait, $6 most places to tell that were given up
WITH step AS MATERIALIZED (
  SELECT s.scope, a.*
    FROM (
      -- In order, so that two workers lock the heads in the same order. A schedule's queue without anybody in it is left out.
      SELECT t.scope FROM queue_tail t JOIN queue_head h USING (scope)
       WHERE CASE WHEN $1 THEN t.scope = 'all' ELSE t.scope <> 'all' AND (t.last_seq > h.watermark
         OR EXISTS (SELECT 1 FROM queue_places p WHERE p.scope = t.scope AND p.admitted_at IS NOT NULL AND p.done_at IS NULL)) END
       ORDER BY t.scope
    ) s
   CROSS JOIN LATERAL admit_places(s.scope, $2, $3, make_interval(secs => $4), make_interval(secs => $5)) a
), told AS (
  INSERT INTO outbox_events (event_id, topic, aggregate_id, event_type, payload)
  SELECT e.id, 'queue-events', e.scope, 'queue.tokens.activated', event_payload(e.id, 'queue.tokens.activated',
           jsonb_build_object('scope', e.scope, 'activatedCount', e.o_admitted, 'remainingWaiting', e.o_waiting, 'watermark', e.o_watermark))
    FROM (SELECT gen_random_uuid() AS id, step.* FROM step WHERE o_admitted > 0) e
)
SELECT s.scope, s.o_admitted AS admitted, s.o_active AS active, s.o_waiting AS waiting, s.o_watermark AS watermark, coalesce(g.seqs, '[]') AS "givenUp"
  FROM step s
 CROSS JOIN LATERAL (
   SELECT jsonb_agg(f.seq) AS seqs
     FROM (SELECT q.seq FROM queue_places q
            WHERE q.scope = s.scope AND q.seq > s.o_watermark AND q.admitted_at IS NULL AND q.done_at IS NOT NULL ORDER BY q.seq LIMIT $6) f
 ) g
