import { K6CsvReader } from '../../harness/metrics/csv.ts';
import { Fold, foldedMetrics } from '../../harness/metrics/fold.ts';

/**
 * `npm run bench:fold -- [MILLIONS]`: 10 M requests of k6's sample stream through reader and fold, as they would arrive at
 * 1,200 a second: seconds for each tenth and the most memory so far. Exit code 1 above 300 MiB, or when the last tenth took
 * more than 1.3 times the first (warm) one.
 */
const requests = Number(process.argv[2] ?? 10) * 1e6;
const PER_SECOND = 1200;
const [MIB_MAX, SLOWER_MAX] = [300, 1.3];
const endpoints = ['POST /queue/token', 'GET /queue/token', 'GET /concerts/:id/schedules', 'GET /concerts/schedules/:id/seats', 'POST /reservations', 'POST /points/charge', 'POST /payments'];

const fold = new Fold({ documentedStatuses: {}, requestTimeoutMs: 10_000, arrivals: { profile: { startPerSecond: 1, stages: [] }, generators: 1 } });
const reader = new K6CsvReader(foldedMetrics, (sample) => fold.feed(0, sample));
reader.write('metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata\n');

process.stdout.write('| requests | seconds of this tenth | rows | peak memory |\n|--:|--:|--:|--:|\n');
const tenths: number[] = [];
let rows = 0;
let sent = 0;
let partStartMs = performance.now();
for (let second = 1_760_000_000; sent < requests; second++) {
  reader.write(linesOf(second));
  sent += PER_SECOND;
  for (const closed of fold.close((second + 1) * 1000)) rows += closed.rows.length;
  if (Math.floor((sent / requests) * 10) > tenths.length) {
    tenths.push((performance.now() - partStartMs) / 1000);
    process.stdout.write(`| ${sent} | ${tenths.at(-1)?.toFixed(1)} | ${rows} | ${peakMib()} MiB |\n`);
    partStartMs = performance.now();
  }
}
rows += fold.end().reduce((sum, closed) => sum + closed.rows.length, 0);
const slower = (tenths.at(-1) ?? Number.NaN) / (tenths[1] ?? Number.NaN);
process.stdout.write(`\n${fold.requests} requests counted, last tenth ÷ second ${slower.toFixed(2)}\n`);
process.exitCode = peakMib() <= MIB_MAX && slower <= SLOWER_MAX && fold.requests === sent ? 0 : 1;

/** k6's rows of one second: of each request the three that count, and four that do not. */
function linesOf(second: number): string {
  let text = '';
  for (let index = 0; index < PER_SECOND; index++) {
    const name = endpoints[index % endpoints.length];
    const ms = (index * 7919) % 1000;
    const latency = 5 + ((index * 104_729 + second) % 900) / 10;
    const row = (metric: string, value: number): string => `${metric},${second * 1000 + ms},${value.toFixed(6)},,,,true,,GET,${name},HTTP/1.1,spike,,200,,,http://127.0.0.1/x,,\n`;
    text += row('http_reqs', 1) + row('http_req_duration', latency) + row('http_req_blocked', 0.004) + row('http_req_connecting', 0) + row('http_req_sending', 0.02) + row('http_req_waiting', latency) + row('http_req_receiving', 0.1);
  }
  return text;
}

// ru_maxrss is in KiB on Linux.
function peakMib(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
