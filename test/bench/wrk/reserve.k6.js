// The same requests as reserve.lua, but at a fixed rate: what a user waits when the service is not at its limit.
import http from 'k6/http';

const tokens = open(__ENV.BENCH_TOKENS).trim().split('\n');
const rate = Number(__ENV.BENCH_RATE);
export const options = {
  discardResponseBodies: true,
  summaryTrendStats: ['p(50)', 'p(99)'],
  scenarios: { steady: { executor: 'constant-arrival-rate', rate, timeUnit: '1s', duration: `${__ENV.BENCH_SECONDS}s`, preAllocatedVUs: 200 } },
};
const any = (count) => 1 + Math.floor(Math.random() * count);

export default function () {
  const headers = { 'content-type': 'application/json', 'x-queue-token': tokens[any(tokens.length) - 1] };
  const body = JSON.stringify({ scheduleId: `bench_${any(Number(__ENV.BENCH_SCHEDULES))}`, seatNo: any(Number(__ENV.BENCH_SEATS)) });
  http.post(`${__ENV.BASE_URL}/reservations`, body, { headers });
}

export function handleSummary({ metrics }) {
  const { http_req_duration: time, http_reqs: sent, dropped_iterations: dropped } = metrics;
  return { stdout: `${JSON.stringify({ requests: sent.values.count, dropped: dropped ? dropped.values.count : 0, p50: time.values['p(50)'], p99: time.values['p(99)'] })}\n` };
}
