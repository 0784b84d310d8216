SELECT topic, count(*) FILTER (WHERE replayed_at IS NULL) AS waiting, count(*) FILTER (WHERE replayed_at IS NOT NULL) AS replayed
  FROM dead_letters
 GROUP BY topic
 ORDER BY topic
