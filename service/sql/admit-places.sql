-- $1 scope, $2 cap, $3 rate per second, $4 seconds a place stays active, $5 seconds a place may wait
SELECT o_admitted AS admitted, o_active AS active, o_waiting AS waiting, o_watermark AS watermark
  FROM admit_places($1, $2, $3, make_interval(secs => $4), make_interval(secs => $5))
