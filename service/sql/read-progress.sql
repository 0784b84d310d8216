-- $1 scope, $2 most places to tell that were given up
SELECT h.watermark, coalesce(g.seqs, '[]') AS "givenUp"
  FROM queue_head h
 CROSS JOIN LATERAL (
   SELECT jsonb_agg(f.seq) AS seqs
     FROM (SELECT q.seq FROM queue_places q
            WHERE q.scope = h.scope AND q.seq > h.watermark AND q.admitted_at IS NULL AND q.done_at IS NOT NULL ORDER BY q.seq LIMIT $2) f
 ) g
 WHERE h.scope = $1
