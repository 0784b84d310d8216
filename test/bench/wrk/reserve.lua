-- Any seat of any schedule, by anybody with an active place. BENCH_TOKENS: file with a token a line.
dofile(os.getenv('BENCH_REPORT'))
math.randomseed(tonumber(os.getenv('BENCH_SEED')))
local headers = {}
for token in io.lines(os.getenv('BENCH_TOKENS')) do
  headers[#headers + 1] = { ['content-type'] = 'application/json', ['x-queue-token'] = token }
end
local schedules, seats = tonumber(os.getenv('BENCH_SCHEDULES')), tonumber(os.getenv('BENCH_SEATS'))
function request()
  local body = '{"scheduleId":"bench_' .. math.random(schedules) .. '","seatNo":' .. math.random(seats) .. '}'
  return wrk.format('POST', '/reservations', headers[math.random(#headers)], body)
end
