-- Everybody is new in the queue. BENCH_FROM: number of the first.
dofile(os.getenv('BENCH_REPORT'))
local number = tonumber(os.getenv('BENCH_FROM'))
local headers = { ['content-type'] = 'application/json' }
function request()
  number = number + 1
  return wrk.format('POST', '/queue/token', headers, '{"userId":"bench-' .. number .. '"}')
end
