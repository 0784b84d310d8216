-- $1 settlement, $2 date, $3 status, $4 before this date (each may be null: any), $5 at most so many
SELECT s.settlement_id AS "settlementId", to_char(s.settled_on, 'YYYY-MM-DD') AS date, s.time_zone AS "timeZone", s.from_at AS "fromAt", s.to_at AS "toAt",
       s.status, s.attempts, s.payments_count AS "paymentsCount", s.payments_krw AS "paymentsKrw", s.refunds_count AS "refundsCount", s.refunds_krw AS "refundsKrw",
       s.started_at AS "startedAt", s.finished_at AS "finishedAt", s.error,
       coalesce((SELECT jsonb_agg(to_jsonb(m) ORDER BY m.method) FROM (
         SELECT method, count(*) FILTER (WHERE kind = 'PAYMENT') AS "paymentsCount", coalesce(sum(amount) FILTER (WHERE kind = 'PAYMENT'), 0)::bigint AS "paymentsKrw",
                count(*) FILTER (WHERE kind = 'REFUND') AS "refundsCount", coalesce(sum(amount) FILTER (WHERE kind = 'REFUND'), 0)::bigint AS "refundsKrw"
           FROM settlement_items i WHERE i.settlement_id = s.settlement_id GROUP BY method) m), '[]') AS "byMethod"
  FROM settlements s
 WHERE ($1::bigint IS NULL OR s.settlement_id = $1) AND ($2::date IS NULL OR s.settled_on = $2) AND ($3::text IS NULL OR s.status = $3) AND ($4::date IS NULL OR s.settled_on < $4)
 ORDER BY s.settled_on DESC
 LIMIT $5
