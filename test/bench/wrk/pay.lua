-- Each held seat once. BENCH_TOKENS: file with "reservation token" a line.
dofile(os.getenv('BENCH_REPORT'))
local lines, at = {}, 0
for line in io.lines(os.getenv('BENCH_TOKENS')) do
  local reservation, token = line:match('(%S+) (%S+)')
  lines[#lines + 1] = { reservation, token }
end
function request()
  at = at % #lines + 1
  local reservation, token = lines[at][1], lines[at][2]
  local headers = { ['content-type'] = 'application/json', ['x-queue-token'] = token, ['idempotency-key'] = 'pay-' .. reservation }
  return wrk.format('POST', '/payments', headers, '{"reservationId":"' .. reservation .. '","amount":50000}')
end
