-- $1 one queue for all (or else one a schedule), $2 cap, $3 rate per second, $4 seconds a place stays active,
-- $5 seconds a place may wait, $6 most places to tell that were given up
SELECT s.scope, a.o_admitted AS admitted, a.o_active AS active, a.o_waiting AS waiting, a.o_watermark AS watermark, coalesce(g.seqs, '[]') AS "givenUp"
  FROM (
    -- In order, so that two workers lock the heads in the same order. A schedule's queue without anybody in it is left out.
    SELECT t.scope FROM queue_tail t JOIN queue_head h USING (scope)
     WHERE CASE WHEN $1 THEN t.scope = 'all' ELSE t.scope <> 'all' AND (t.last_seq > h.watermark
       OR EXISTS (SELECT 1 FROM queue_places p WHERE p.scope = t.scope AND p.admitted_at IS NOT NULL AND p.done_at IS NULL)) END
     ORDER BY t.scope
  ) s
 CROSS JOIN LATERAL admit_places(s.scope, $2, $3, make_interval(secs => $4), make_interval(secs => $5)) a
 CROSS JOIN LATERAL (
   SELECT jsonb_agg(f.seq) AS seqs
     FROM (SELECT q.seq FROM queue_places q
            WHERE q.scope = s.scope AND q.seq > a.o_watermark AND q.admitted_at IS NULL AND q.done_at IS NOT NULL ORDER BY q.seq LIMIT $6) f
 ) g
